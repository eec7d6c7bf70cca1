-- Contract migrations that no running release stands in the way of any more. Once let through, always.
create table opened_contracts (
  version text primary key,
  opened_at timestamptz not null default now()
);

-- Where each database stands in the latest work of its kind that went over the fleet.
create table fleet_targets (
  database_id uuid not null references tenant_databases on delete cascade,
  work text not null check (work in ('migration', 'verification', 'drift')),
  operation_id uuid not null references operations on delete cascade,
  state text not null
    check (state in ('pending', 'running', 'requeued', 'done', 'behind', 'locked', 'unreachable', 'failed', 'drifted')),
  attempts integer not null default 0,
  error text,
  differences text[] not null default '{}',
  started_at timestamptz,
  finished_at timestamptz,
  primary key (database_id, work)
);
create index fleet_targets_operation on fleet_targets (operation_id, database_id);

-- The newest migration that a runtime's release knows; null when it did not say.
alter table runtimes add column schema_head text;
