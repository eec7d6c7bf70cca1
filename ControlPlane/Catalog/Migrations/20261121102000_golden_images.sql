-- Snapshots of a configured machine, from which machines are made in a fraction of the time.
create table golden_images (
  id uuid primary key,
  state text not null check (state in ('building', 'ready', 'removed')),
  -- What it is taken of, and then removed.
  machine_id uuid not null unique references machines,
  -- Null until it is taken.
  cloud_id bigint,
  created_at timestamptz not null default now()
);
