-- What each runtime may hold open on each server, while it is heard of.

create table runtime_shares (
  server_id uuid not null references servers on delete cascade,
  key_id uuid not null,
  instance text not null,
  held integer not null check (held >= 0),
  wanted integer not null check (wanted >= 0),
  share integer not null check (share >= 0),
  until timestamptz not null,
  primary key (server_id, key_id, instance)
);
