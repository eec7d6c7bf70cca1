-- What rehearsals of migrations showed.
create table rehearsals (
  operation_id uuid primary key references operations on delete cascade,
  report jsonb not null
);
