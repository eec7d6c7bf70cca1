-- So that people can name a runtime, whatever it calls itself.
alter table runtimes add column id uuid not null unique default gen_random_uuid();
