-- Releases of the application that tenants use, kept here so that every node has them and a backup of the catalog holds them.
create table release_archives (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bigint not null check (bytes > 0),
  created_at timestamptz not null default now()
);

create table release_parts (
  sha256 text not null references release_archives on delete cascade,
  position integer not null,
  content bytea not null,
  primary key (sha256, position)
);
-- Compressed already.
alter table release_parts alter column content set storage external;

create table releases (
  id uuid primary key,
  name text not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$'),
  sha256 text not null references release_archives,
  -- What in it is started.
  program text not null,
  published_by text not null,
  created_at timestamptz not null default now()
);
