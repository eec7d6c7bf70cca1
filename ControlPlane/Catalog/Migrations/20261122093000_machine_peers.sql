-- Addresses of the servers that a machine lets in to its database, when it was last told.
alter table machines add peers text[] not null default '{}';
