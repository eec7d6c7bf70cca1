-- Every set of the application's migrations that a control plane has ever started with, in the order they were first seen.
create table known_releases (
  number integer generated always as identity primary key,
  fingerprint text not null unique,
  versions text[] not null,
  first_seen timestamptz not null default now()
);
