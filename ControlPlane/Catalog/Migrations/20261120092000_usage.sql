-- Requests of tenants, per hour, as runtimes report them.

create table tenant_usage (
  tenant_id uuid not null references tenants on delete cascade,
  hour timestamptz not null check (hour = date_trunc('hour', hour, 'UTC')),
  requests bigint not null check (requests >= 0),
  primary key (tenant_id, hour)
);

-- A batch counts once, however often it is sent.
create table usage_batches (
  id uuid primary key,
  received_at timestamptz not null default now()
);
create index usage_batches_age on usage_batches (received_at);
