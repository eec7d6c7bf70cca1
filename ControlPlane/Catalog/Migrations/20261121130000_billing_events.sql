-- Events of a billing system that were obeyed or ignored, so that each is so once however often it is sent.
create table billing_events (
  id text primary key check (length(id) between 1 and 200),
  -- SHA-256 of what the event says.
  hash bytea not null check (length(hash) = 32),
  -- Null only inside the transaction that obeys the event.
  answer json,
  created_at timestamptz not null default now()
);
create index billing_events_age on billing_events (created_at);
