-- A domain is added and removed by an operation of its own, so it has an id, and runtimes hear only of those that are served.
alter table domains
  add column id uuid not null unique default gen_random_uuid(),
  add column state text not null default 'served' check (state in ('adding', 'served', 'removing')),
  -- Of its certificate, when it was last brought to its machine.
  add column certificate_revision integer;
alter table domains alter column state drop default;
