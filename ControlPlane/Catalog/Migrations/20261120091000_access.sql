-- Who may do what, what was done, and what was already answered.

create table api_keys (
  id uuid primary key,
  name text not null check (name ~ '^[a-z][a-z0-9-]{0,61}$'),
  prefix text not null unique,
  -- SHA-256 of the whole key, which has 256 random bits of its own.
  hash bytea not null check (length(hash) = 32),
  role text not null check (role in ('viewer', 'operator', 'billing', 'admin', 'runtime')),
  -- Of a runtime key: the servers whose routes it may read; null is all.
  server_ids uuid[],
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  last_used_from text,
  check (server_ids is null or role = 'runtime')
);
-- A name is free again once its key is revoked.
create unique index api_keys_name on api_keys (name) where revoked_at is null;

-- The detail is json, not jsonb: the chain covers its exact text.
create table audit_entries (
  seq bigint primary key,
  at timestamptz not null,
  key_id uuid,
  who text not null,
  what text not null,
  subject text not null,
  tenant text,
  address text,
  outcome text not null check (outcome in ('done', 'refused', 'denied')),
  detail json not null,
  ring_key text not null,
  mac bytea not null
);
create index audit_entries_tenant on audit_entries (tenant, seq desc) where tenant is not null;
create index audit_entries_who on audit_entries (who, seq desc);

-- Locked by every writer until it commits, so that the chain's order is the order of the commits.
create table audit_head (
  only_one boolean primary key default true check (only_one),
  seq bigint not null,
  last_mac bytea not null,
  ring_key text not null,
  mac bytea not null
);
insert into audit_head values (true, 0, '', '', '');

create table idempotency_keys (
  key text primary key check (length(key) between 1 and 200),
  -- The API key that used it first.
  caller text not null,
  request text not null,
  -- Hash of the request and the answer, encrypted: both may hold secrets.
  sealed text,
  created_at timestamptz not null default now()
);
create index idempotency_keys_age on idempotency_keys (created_at);
