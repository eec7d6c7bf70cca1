-- After a move the database that a tenant had is kept for a while, as the way back.
alter table tenant_databases drop constraint tenant_databases_state_check;
alter table tenant_databases add check (state in ('creating', 'warm', 'assigned', 'retained', 'dropping', 'dropped'));

-- Its id is that of the operation, and of the new database.
create table moves (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  source_id uuid not null references tenant_databases,
  state text not null check (state in ('preparing', 'soaking', 'returned', 'ended', 'undone')),
  created_at timestamptz not null default now(),
  flipped_at timestamptz,
  -- Where the way back begins in the new place's log.
  way_back_from pg_lsn,
  -- How long nobody could write, and how long requests waited.
  blocked_milliseconds double precision,
  held_milliseconds double precision,
  verified_at timestamptz,
  -- Rows that were compared, and what differed in words; null where nothing did.
  verified_rows bigint,
  difference text,
  soak_until timestamptz
);
create unique index moves_live on moves (tenant_id) where state in ('preparing', 'soaking');
create index moves_source on moves (source_id);
-- Runtimes of both servers see such a tenant.
create index moves_seen on moves (tenant_id) where state in ('soaking', 'returned');
