-- The application's migrations that a control plane has ever known. One that came after a newer one is late: the newest version alone
-- does not tell whether a database has it.
create table known_migrations (
  version text primary key,
  is_late boolean not null,
  first_seen timestamptz not null default now()
);
