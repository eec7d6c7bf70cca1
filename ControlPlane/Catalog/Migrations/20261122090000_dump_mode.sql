-- How a tenant's rows get to another server.
alter table moves add column mode text not null default 'replication' check (mode in ('replication', 'dump'));

-- Until about when a tenant rests whose route is held.
alter table routes add column back_at timestamptz;
