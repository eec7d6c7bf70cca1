-- The tenant id that is written into a database when it is made.
alter table tenant_databases add made_for uuid;
