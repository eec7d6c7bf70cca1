namespace Provisioner.Moves;

/// <summary>What is in the tenant's database and does not travel as ordinary rows do.</summary>
internal static class ContentChecks
{
    private const string TenantTables =
        $"from pg_class c join pg_namespace n on n.oid = c.relnamespace where {CatalogCheck.IsTenants}";

    public static IReadOnlyList<CatalogCheck> All { get; } =
    [
        new(
            "large_objects",
            MoveVerdict.NeedsDump,
            """
            select 'large objects', 'There are ' || count(*) || ', ' || pg_size_pretty(pg_relation_size('pg_largeobject'::regclass)) || ' in all.'
            from pg_largeobject_metadata having count(*) > 0
            """,
            "Logical replication does not carry them, so the tenant is moved by a dump. Keep such data in bytea columns or files to move without one."),
        new(
            "unlogged_table",
            MoveVerdict.NeedsDump,
            $"select c.oid::regclass::text, 'It is unlogged and has up to ' || pg_size_pretty(pg_relation_size(c.oid)) || ' of rows.' {TenantTables} and relkind = 'r' and relpersistence = 'u' and pg_relation_size(c.oid) > 0",
            "Replication reads the log, and its rows are not in there. Type: alter table {0} set logged. Or truncate it; or move by a dump."),
        new(
            "unlogged_table",
            MoveVerdict.Handled,
            $"select c.oid::regclass::text, 'It is unlogged and empty.' {TenantTables} and relkind = 'r' and relpersistence = 'u' and pg_relation_size(c.oid) = 0",
            "It is made on the target; what is written into it during the move does not arrive."),
        new(
            "forced_row_security",
            MoveVerdict.Refused,
            $"select c.oid::regclass::text, 'Row-level security is forced on its owner.' {TenantTables} and relkind in ('r', 'p') and relrowsecurity and relforcerowsecurity",
            // Neither a dump nor replication runs as a superuser in a tenant's database: both would be refused the rows, or see a part of them.
            "Whoever moves the rows acts as the owner. Type: alter table {0} no force row level security. Force it again when the move is done."),
        new(
            "materialized_view",
            MoveVerdict.Handled,
            $"select c.oid::regclass::text, 'It is a materialized view of ' || pg_size_pretty(pg_relation_size(c.oid)) || '.' {TenantTables} and relkind = 'm' and relispopulated",
            "It is filled on the target by REFRESH, before the tenant is switched over."),
        new(
            "trigger_on_replica",
            MoveVerdict.NeedsDump,
            $"""
            select c.oid::regclass::text, 'Its trigger ' || quote_ident(tgname) || ' fires for replicated rows.' from pg_trigger t join pg_class c on c.oid = tgrelid
            join pg_namespace n on n.oid = c.relnamespace where not tgisinternal and tgenabled in ('A', 'R') and {CatalogCheck.IsTenants}
            """,
            "What it does would be done a second time on the target. Make it an ordinary one (alter table {0} enable trigger …), or move by a dump."),
        new(
            "foreign_owner",
            MoveVerdict.Refused,
            $"""
            select c.oid::regclass::text, 'It belongs to ' || pg_get_userbyid(relowner) || '.' {TenantTables} and relkind in ('r', 'p', 'v', 'm', 'S', 'f') and relpersistence <> 't'
            and pg_get_userbyid(relowner) <> 'o_' || substr(current_database(), 3) and not {CatalogCheck.IsOfExtension}
            """,
            "Whoever moves it acts as the tenant's owner role and may not. Make that role the owner of {0} (alter … owner to o_…)."),
        new(
            "extension_table",
            MoveVerdict.NeedsDump,
            $"select c.oid::regclass::text, 'An extension made it, and it has rows.' {TenantTables} and relkind = 'r' and pg_relation_size(c.oid) > 0 and {CatalogCheck.IsOfExtension}",
            "The extension fills {0} on the target too, and replicated rows would meet those; a dump carries what the extension says is the user's."),
        new(
            "untrusted_function",
            MoveVerdict.Refused,
            $"""
            select p.oid::regprocedure::text, 'It is written in ' || l.lanname || '.' from pg_proc p join pg_language l on l.oid = p.prolang join pg_namespace n on n.oid = p.pronamespace
            where not l.lanpltrusted and {CatalogCheck.IsTenants}
              and not exists (select from pg_depend e where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
            """,
            "Only a superuser may make it, and no superuser restores a tenant's schema. Drop {0}, or write it in SQL or PL/pgSQL."),
        new(
            "event_trigger",
            MoveVerdict.Warning,
            $"select evtname::text, 'It is an event trigger on ' || evtevent || '.' from pg_event_trigger where evtname !~ {CatalogCheck.OfMoves}",
            "It belongs to the administrator, not to the tenant, and is not carried over. Make {0} on the target when the move is done, if it is still wanted."),
        new(
            "foreign_server",
            MoveVerdict.Warning,
            """
            select s.srvname::text, 'It is a foreign server with ' || count(u.umid) || ' logins and ' || (select count(*) from pg_foreign_table t where t.ftserver = s.oid) || ' tables.'
            from pg_foreign_server s left join pg_user_mappings u on u.srvid = s.oid group by s.oid, s.srvname
            """,
            "Its logins hold passwords, which a schema dumped by the owner does not always have: see after the move that {0} is reached from the new address, and set them again."),
        new(
            "subscription",
            MoveVerdict.Refused,
            $"select subname::text, 'By this subscription rows come in from elsewhere.' from pg_subscription where subdbid = (select oid from pg_database where datname = current_database()) and subname !~ {CatalogCheck.OfMoves}",
            "It would go on writing here after the tenant has left. Drop subscription {0}; make it on the target when the move is done."),
        new(
            "publication",
            MoveVerdict.Warning,
            $"select pubname::text, 'It is a publication' || case when puballtables then ' of all tables.' else '.' end from pg_publication where pubname !~ {CatalogCheck.OfMoves}",
            "It is not carried over. Make {0} on the target when the move is done, if somebody reads it."),
        new(
            "foreign_slot",
            MoveVerdict.Refused,
            $"""
            select slot_name::text, 'It is a logical slot of ' || plugin || ', read by ' || case when active then 'process ' || active_pid else 'nobody now' end || '.'
            from pg_replication_slots where database = current_database() and slot_name !~ {CatalogCheck.OfMoves} and slot_name !~ '^pg_[0-9]+_sync_'
            """,
            // A slot's position means nothing on another server, so its reader would miss rows without a word.
            "Its reader would see nothing more after the move and not know. Stop the reader and drop slot {0}; begin anew on the target."),
        new(
            "prepared_transaction",
            MoveVerdict.Refused,
            "select gid, 'It is a transaction that ' || owner || ' prepared ' || date_trunc('second', clock_timestamp() - prepared)::text || ' ago.' from pg_prepared_xacts where database = current_database()",
            "What it changed is neither there nor gone. Type in that database: commit prepared '{0}'; or rollback prepared '{0}'."),
        new(
            "long_transaction",
            MoveVerdict.Warning,
            """
            select 'session ' || pid, 'A transaction of ' || coalesce(usename::text, '?') || ' runs for ' || extract(epoch from clock_timestamp() - xact_start)::int || ' s (' || coalesce(state, 'unknown') || ').'
            from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
              and xact_start < clock_timestamp() - interval '2 seconds'
            """,
            "The move waits for its end before the tenant is held. If it never ends: select pg_terminate_backend of that {0}."),
    ];
}
