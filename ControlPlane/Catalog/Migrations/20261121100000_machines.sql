-- Machines that the control plane has made itself. A machine becomes the server of the same id.
create table machines (
  id uuid primary key,
  name text not null unique check (name ~ '^[a-z][a-z0-9-]{0,61}$'),
  tier text not null check (tier in ('shared', 'dedicated')),
  state text not null check (state in ('ordered', 'ready', 'removing', 'removed')),
  -- Whom it is for; null while it waits for somebody.
  tenant_id uuid,
  -- What may be bought, the first choice first: cx23@fsn1.
  choices text[] not null,
  -- What was bought.
  cloud_id bigint unique,
  server_type text,
  location text,
  address text,
  price_monthly numeric(12, 4),
  price_hourly numeric(12, 4),
  currency text,
  -- Public keys that it may show, and the private half of the one that it got for its first boot.
  host_keys text[] not null default '{}',
  host_key_secret text not null default '',
  -- Password of the control plane's role in its PostgreSQL.
  database_secret text not null,
  -- Of the application on it.
  runtime_key_id uuid not null references api_keys,
  runtime_key_secret text not null,
  -- Of its host name's certificate, when it was last configured.
  certificate_revision integer,
  created_at timestamptz not null default now()
);
create index machines_tenant on machines (tenant_id) where tenant_id is not null;
create index machines_state on machines (state) where state <> 'removed';

-- Certificate by which its PostgreSQL is known; null where it speaks without TLS, which only this machine's own may.
alter table servers add column certificate text;

-- With what the control plane logs in to its machines.
alter table installation
  add column ssh_public_key text,
  add column ssh_secret text not null default '';
