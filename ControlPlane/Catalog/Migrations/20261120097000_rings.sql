-- Who goes first when something new goes over the fleet: the lowest ring. Most tenants are in ring 1.
alter table tenants add column ring integer not null default 1 check (ring between 0 and 99);

-- On disk, when it was last measured.
alter table tenant_databases add column bytes bigint;

-- The rest of a run waits for its canaries; in each part of it, the position says who comes first.
alter table fleet_targets
  add column canary boolean not null default false,
  add column position integer not null default 0;
drop index fleet_targets_operation;
create index fleet_targets_operation on fleet_targets (operation_id, position, database_id);

-- The databases of tenants that are served or can come back: what goes over the fleet chooses among these.
create view fleet_databases as
select d.id, d.schema_version, d.bytes, s.name as server, t.slug as tenant, t.ring
from tenant_databases d
join tenants t on t.id = d.tenant_id and t.database_id = d.id
join servers s on s.id = d.server_id
where d.state = 'assigned' and t.state in ('active', 'suspended', 'deleted');
