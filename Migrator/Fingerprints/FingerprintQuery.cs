using Migrator.History;

namespace Migrator.Fingerprints;

/// <summary>The query behind a fingerprint: rows of kind, name and definition. $1 and $2 are the owner's and the login's name.</summary>
internal static class FingerprintQuery
{
    public const string Text =
        $$"""
        with role as (
          select r.oid, case r.rolname
              when coalesce($1, (select pg_get_userbyid(datdba) from pg_database where datname = current_database())) then '{owner}'
              when $2 then '{login}' else r.rolname::text end as label
          from pg_roles r
          union all select 0, 'public'),
        extension_member as (select classid, objid from pg_depend where deptype = 'e'),
        space as (
          select n.oid, n.nspname, n.nspowner, n.nspacl from pg_namespace n
          where n.nspname !~ '^pg_(catalog|toast|temp)' and n.nspname not in ('information_schema', '{{HistoryTable.Schema}}')
            and not exists (select from extension_member e where e.classid = 'pg_namespace'::regclass and e.objid = n.oid)),
        relation as (
          select c.*, quote_ident(s.nspname) || '.' || quote_ident(c.relname) as label
          from pg_class c join space s on s.oid = c.relnamespace
          where c.relname <> '__EFMigrationsHistory'
            and not exists (select from extension_member e where e.classid = 'pg_class'::regclass and e.objid = c.oid)),
        routine as (
          select p.*, p.oid::regprocedure::text as label
          from pg_proc p join space s on s.oid = p.pronamespace
          where not exists (select from extension_member e where e.classid = 'pg_proc'::regclass and e.objid = p.oid)),
        named_type as (
          select t.*, quote_ident(s.nspname) || '.' || quote_ident(t.typname) as label
          from pg_type t join space s on s.oid = t.typnamespace
          where t.typtype in ('e', 'd', 'c', 'r') and not (t.typtype = 'c' and (select c.relkind from pg_class c where c.oid = t.typrelid) <> 'c')
            and not exists (select from extension_member e where e.classid = 'pg_type'::regclass and e.objid = t.oid)),
        privilege as (
          select 'schema' as kind, quote_ident(nspname) as name, nspowner as owner, coalesce(nspacl, acldefault('n', nspowner)) as acl from space
          union all select 'relation', label, relowner, coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)) from relation where relkind in ('r', 'p', 'f', 'v', 'm', 'S')
          union all select 'column', r.label || '.' || quote_ident(a.attname), r.relowner, a.attacl from relation r join pg_attribute a on a.attrelid = r.oid where a.attacl is not null and not a.attisdropped
          union all select 'function', label, proowner, coalesce(proacl, acldefault('f', proowner)) from routine
          union all select 'type', label, typowner, coalesce(typacl, acldefault('T', typowner)) from named_type),
        item (kind, name, definition) as (
          select 'extension', e.extname::text, format('version %s in %s', e.extversion, n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
          union all
          select p.kind || ' privileges', p.name, format('owner %s; %s', o.label,
            (select string_agg(format('%s: %s%s', g.label, a.privilege_type, case when a.is_grantable then ' with grant option' else '' end), ', ' order by g.label collate "C", a.privilege_type collate "C")
             from aclexplode(p.acl) a join role g on g.oid = a.grantee))
          from privilege p join role o on o.oid = p.owner
          union all
          select 'default privileges', format('%s in %s', case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end, coalesce(s.nspname::text, 'all schemas')) || ' by ' || o.label,
            (select string_agg(format('%s: %s', g.label, a.privilege_type), ', ' order by g.label collate "C", a.privilege_type collate "C") from aclexplode(d.defaclacl) a join role g on g.oid = a.grantee)
          from pg_default_acl d join role o on o.oid = d.defaclrole left join space s on s.oid = d.defaclnamespace
          union all
          select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end, label,
            concat_ws(' ', case relpersistence when 'u' then 'unlogged' when 't' then 'temporary' end,
              case when relrowsecurity then 'row security' end, case when relforcerowsecurity then 'forced' end,
              case when relreplident <> 'd' then 'replica identity ' || relreplident::text end,
              'partitioned by ' || pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid), 'with ' || reloptions::text,
              'using ' || (select amname from pg_am where pg_am.oid = relam),
              (select string_agg('inherits ' || i.inhparent::regclass::text, ' ' order by i.inhseqno) from pg_inherits i where i.inhrelid = relation.oid),
              case when relkind in ('v', 'm') then pg_get_viewdef(oid) end)
          from relation where relkind in ('r', 'p', 'f', 'v', 'm')
          union all
          select 'column', r.label || '.' || quote_ident(a.attname),
            concat_ws(' ', format_type(a.atttypid, a.atttypmod),
              (select 'collate ' || quote_ident(c.collname) from pg_collation c, pg_type t where t.oid = a.atttypid and c.oid = a.attcollation and a.attcollation <> t.typcollation),
              case when a.attnotnull then 'not null' end,
              case a.attidentity when 'a' then 'identity always' when 'd' then 'identity by default' end,
              case a.attgenerated when '' then 'default ' else 'generated ' end || pg_get_expr(d.adbin, d.adrelid),
              'compression ' || nullif(a.attcompression::text, ''))
          from relation r join pg_attribute a on a.attrelid = r.oid left join pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
          where r.relkind in ('r', 'p', 'f', 'c') and a.attnum > 0 and not a.attisdropped
          union all
          select 'sequence', r.label, format('%s start %s by %s from %s to %s cache %s%s owned by %s', format_type(q.seqtypid, null), q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, case when q.seqcycle then ' cycle' else '' end,
            (select d.refobjid::regclass || '.' || a.attname from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.deptype in ('a', 'i') and d.refobjsubid > 0))
          from relation r join pg_sequence q on q.seqrelid = r.oid
          union all
          select 'index', r.label, pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' INVALID' end || case when i.indisclustered then ' clustered' else '' end
          from pg_index i join relation r on r.oid = i.indexrelid join relation t on t.oid = i.indrelid
          union all
          select 'constraint', coalesce(r.label, t.label) || '.' || quote_ident(c.conname), pg_get_constraintdef(c.oid) || case when c.condeferrable and c.contype <> 'f' then ' deferrable' else '' end
          from pg_constraint c left join relation r on r.oid = c.conrelid left join named_type t on t.oid = c.contypid
          where coalesce(r.label, t.label) is not null and c.contype <> 't'
          union all
          select 'trigger', r.label || '.' || quote_ident(g.tgname), pg_get_triggerdef(g.oid) || case g.tgenabled when 'O' then '' else ' enabled ' || g.tgenabled::text end
          from pg_trigger g join relation r on r.oid = g.tgrelid where not g.tgisinternal
          union all
          select 'policy', r.label || '.' || quote_ident(p.polname),
            concat_ws(' ', case when p.polpermissive then 'permissive' else 'restrictive' end, p.polcmd::text,
              'to ' || (select string_agg(g.label, ', ' order by g.label collate "C") from role g where g.oid = any (p.polroles)),
              'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
          from pg_policy p join relation r on r.oid = p.polrelid
          union all
          select 'rule', r.label || '.' || quote_ident(u.rulename), pg_get_ruledef(u.oid) from pg_rewrite u join relation r on r.oid = u.ev_class where u.rulename <> '_RETURN'
          union all
          select 'function', label, case prokind when 'a' then 'aggregate ' || (select concat_ws(' ', g.aggtransfn, g.aggtranstype::regtype, g.aggfinalfn, g.agginitval) from pg_aggregate g where g.aggfnoid = routine.oid) else pg_get_functiondef(oid) end from routine
          union all
          select 'type', label, case typtype
              when 'e' then 'enum ' || (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = named_type.oid)
              when 'd' then concat_ws(' ', 'domain', format_type(typbasetype, typtypmod), case when typnotnull then 'not null' end, 'default ' || typdefault)
              when 'r' then (select 'range ' || g.rngsubtype::regtype from pg_range g where g.rngtypid = named_type.oid)
              else 'composite' end from named_type
          union all
          select 'statistics', quote_ident(s.nspname) || '.' || quote_ident(x.stxname), pg_get_statisticsobjdef(x.oid) from pg_statistic_ext x join space s on s.oid = x.stxnamespace
          union all
          select 'event trigger', e.evtname::text, format('%s %s %s', e.evtevent, e.evtfoid::regproc, e.evtenabled) from pg_event_trigger e)
        select kind, name, coalesce(definition, '') from item
        """;
}
