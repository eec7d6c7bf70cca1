-- The catalog: who lives where, and what is being done about it.

create table installation (
  id uuid primary key default gen_random_uuid(),
  only_one boolean not null unique default true check (only_one)
);
insert into installation default values;

create table plans (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{0,38}$'),
  title text not null,
  users integer check (users > 0),
  storage_megabytes integer check (storage_megabytes > 0),
  requests_per_hour integer check (requests_per_hour > 0),
  connections integer not null check (connections > 0),
  price_cents integer not null check (price_cents >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$')
);
insert into plans values
  ('free', 'Free', 3, 100, 200, 3, 0, 'EUR'),
  ('starter', 'Starter', 20, 1000, 1000, 5, 2900, 'EUR'),
  ('professional', 'Professional', 100, 10000, 20000, 10, 9900, 'EUR'),
  ('enterprise', 'Enterprise', null, null, null, 20, 49900, 'EUR');

create table servers (
  id uuid primary key,
  name text not null unique check (name ~ '^[a-z][a-z0-9-]{0,61}$'),
  region text not null,
  tier text not null check (tier in ('shared', 'dedicated')),
  state text not null check (state in ('active', 'cordoned', 'removed')),
  host text not null,
  port integer not null check (port between 1 and 65535),
  admin_secret text not null,
  max_databases integer not null check (max_databases > 0),
  max_connections integer not null check (max_connections > 0),
  warm_target integer not null check (warm_target >= 0),
  max_data_megabytes integer check (max_data_megabytes > 0),
  -- What was seen when it was last looked at.
  data_megabytes integer,
  used_connections integer,
  seen_at timestamptz,
  created_at timestamptz not null default now()
);

create table templates (
  id uuid primary key,
  server_id uuid not null references servers,
  schema_version text not null,
  database text not null,
  fingerprint text not null,
  created_at timestamptz not null default now(),
  unique (server_id, schema_version)
);

create table tenants (
  id uuid primary key,
  slug text collate "C" not null check (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
  plan text not null references plans,
  tier text not null check (tier in ('shared', 'dedicated')),
  region text not null,
  state text not null check (state in ('onboarding', 'active', 'suspended', 'deleted', 'purged')),
  database_id uuid,
  created_at timestamptz not null default now(),
  activated_at timestamptz,
  suspended_because text,
  deleted_at timestamptz,
  purge_at timestamptz,
  last_dump text
);
-- A slug is free again once nothing of its last owner is left.
create unique index tenants_slug on tenants (slug) where state <> 'purged';
create index tenants_slug_order on tenants (slug, id);
create index tenants_purge on tenants (purge_at) where state = 'deleted';

create table tenant_databases (
  id uuid primary key,
  server_id uuid not null references servers,
  tenant_id uuid references tenants,
  name text not null unique,
  state text not null check (state in ('creating', 'warm', 'assigned', 'dropping', 'dropped')),
  password_secret text not null,
  schema_version text,
  created_at timestamptz not null default now()
);
alter table tenants add foreign key (database_id) references tenant_databases;
create index tenant_databases_warm on tenant_databases (server_id, created_at) where state = 'warm';
create index tenant_databases_server on tenant_databases (server_id) where state <> 'dropped';
create unique index tenant_databases_tenant on tenant_databases (tenant_id) where state = 'assigned';

create table domains (
  name text primary key check (name = lower(name)),
  tenant_id uuid not null references tenants on delete cascade,
  created_at timestamptz not null default now()
);
create index domains_tenant on domains (tenant_id);

create table operations (
  id uuid primary key,
  workflow text not null,
  subject_id uuid not null,
  subject text not null,
  state text not null
    check (state in ('pending', 'running', 'waiting', 'undoing', 'needs_operator', 'done', 'undone', 'cancelled')),
  undoable boolean not null,
  step integer not null default 0,
  attempt integer not null default 0,
  epoch bigint not null default 0,
  node text,
  lease_until timestamptz,
  wake_at timestamptz not null default now(),
  step_deadline timestamptz,
  deadline timestamptz not null,
  cancel_requested boolean not null default false,
  input jsonb not null,
  memory jsonb not null default '{}',
  status text,
  error text,
  requested_by text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
-- At most one live operation per subject.
create unique index operations_live on operations (subject_id)
  where state in ('pending', 'running', 'waiting', 'undoing', 'needs_operator');
create index operations_due on operations (wake_at) where state in ('pending', 'running', 'waiting', 'undoing');
create index operations_newest on operations (id desc);
create index operations_subject on operations (subject, id desc);

create table operation_steps (
  operation_id uuid not null references operations on delete cascade,
  position integer not null,
  name text not null,
  state text not null check (state in ('running', 'waiting', 'done', 'failed', 'undone', 'undo_failed')),
  attempt integer not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  error text,
  primary key (operation_id, position)
);

create table operation_log (
  operation_id uuid not null references operations on delete cascade,
  seq bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  step text not null,
  line text not null,
  primary key (operation_id, seq)
);

create table route_head (
  revision bigint not null,
  only_one boolean primary key default true check (only_one)
);
insert into route_head values (0);

-- A removed route stays as a tombstone, so that a runtime that was away learns of it.
create table routes (
  tenant_id uuid primary key references tenants,
  server_id uuid not null references servers,
  state text not null check (state in ('active', 'suspended', 'held')),
  removed boolean not null default false,
  revision bigint not null unique
);

create table runtimes (
  key_id uuid not null,
  instance text not null,
  revision bigint not null,
  seen_at timestamptz not null default now(),
  primary key (key_id, instance)
);

create table findings (
  id uuid primary key,
  kind text not null,
  subject text not null,
  server_id uuid references servers,
  detail text not null,
  advice text not null,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  resolved_at timestamptz
);
create unique index findings_open on findings (kind, subject) where resolved_at is null;
