-- Work on the fleet's histories, and migrations that are taken back.
alter table fleet_targets
  drop constraint fleet_targets_work_check,
  add constraint fleet_targets_work_check check (work in ('migration', 'verification', 'drift', 'correction'));
