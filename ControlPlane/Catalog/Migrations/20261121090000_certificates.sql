-- Our accounts at certificate authorities, one at each.
create table acme_accounts (
  id uuid primary key,
  directory text not null unique,
  key_secret text not null,
  created_at timestamptz not null default now()
);

-- Certificates that are obtained centrally. A row is there from the first try on; its revision grows with each certificate that is
-- issued, so whoever carries certificates to servers compares numbers.
create table certificates (
  id uuid primary key,
  names text[] not null unique check (cardinality(names) > 0),
  challenge text not null check (challenge in ('dns01', 'http01')),
  revision integer not null check (revision >= 0),
  chain text not null,
  key_secret text not null,
  not_before timestamptz,
  not_after timestamptz,
  issued_at timestamptz,
  last_tried_at timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  check (revision = 0 or (chain <> '' and key_secret <> '' and not_before is not null and not_after is not null and issued_at is not null))
);
