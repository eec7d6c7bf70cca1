using Provisioner.Postgres;

namespace Provisioner.Moves;

/// <summary>Whether the target can take the database at all, however it comes there.</summary>
internal static class ServerChecks
{
    /// <summary>The copy, and as much again for its indexes being built and the log of all that.</summary>
    private const int SpaceFactor = 2;

    /// <summary>What the move itself has open there.</summary>
    private const int OwnConnections = 5;

    private const string Locale =
        """
        select datname::text, pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text,
               concat_ws(' ', case to_jsonb(d) ->> 'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')),
               coalesce(pg_database_collation_actual_version(oid), '')
        from pg_database d where datname = $1
        """;

    public static async Task<IReadOnlyList<MoveFinding>> CompareAsync(
        CatalogSession source, ServerReading sourceServer, CatalogSession target, ServerReading targetServer, MoveFacts facts, CancellationToken ct) =>
        [
            .. CompareServers(sourceServer, targetServer),
            .. CompareSpace(target.Place, facts),
            .. await CompareLocaleAsync(source, target, ct),
            .. await CompareTablespacesAsync(source, target, ct),
        ];

    /// <summary>Whether the schema can be read at all.</summary>
    public static async Task<IReadOnlyList<MoveFinding>> LookForToolsAsync(string place, int major, CancellationToken ct)
    {
        try
        {
            await DumpTools.ForServerAsync(major, ct);
            return [];
        }
        catch (ProvisioningException e) when (e.Code == "no_dump_tools")
        {
            return [new(e.Code, MoveVerdict.Refused, place, "The schema is read by pg_dump.", e.Message)];
        }
    }

    public static IEnumerable<MoveFinding> CompareServers(ServerReading source, ServerReading target)
    {
        if (source.Place == target.Place)
        {
            yield return new("same_server", MoveVerdict.Refused, target.Place, "The tenant is there already.", "Choose another server.");
        }

        if (target.MajorVersion < source.MajorVersion)
        {
            yield return new(
                "version", MoveVerdict.Refused, target.Place, $"It runs PostgreSQL {target.MajorVersion}, and {source.Place} runs {source.MajorVersion}.",
                $"Choose a server with PostgreSQL {source.MajorVersion} or newer, or upgrade {target.Place}.");
        }

        if (target.Connections.Free < OwnConnections)
        {
            yield return new(
                "connections", MoveVerdict.Refused, target.Place, $"{target.Connections.Used} of {target.Connections.Limit} connections are in use.",
                $"Choose another server, or raise max_connections on {target.Place} and restart PostgreSQL.");
        }
    }

    private static IEnumerable<MoveFinding> CompareSpace(string place, MoveFacts facts)
    {
        if (facts.TargetFreeBytes < facts.Bytes * SpaceFactor)
        {
            yield return new(
                "disk", MoveVerdict.Refused, place, $"{facts.TargetFreeBytes / 1e6:0} MB are free, and the database has {facts.Bytes / 1e6:0} MB.",
                $"Free {SpaceFactor} times its size there, or choose a larger server.");
        }
    }

    /// <summary>The target's database is made from its template0.</summary>
    private static async Task<IReadOnlyList<MoveFinding>> CompareLocaleAsync(CatalogSession source, CatalogSession target, CancellationToken ct)
    {
        var here = await ReadLocaleAsync(source, source.Connection.Database, ct);
        var there = await ReadLocaleAsync(target, TemplateName.Empty.Database, ct);
        List<MoveFinding> findings = [];
        foreach (var (what, mine, its) in new[] { ("encoding", here.Encoding, there.Encoding), ("datcollate", here.Collate, there.Collate), ("datctype", here.Ctype, there.Ctype), ("locale provider", here.Provider, there.Provider) })
        {
            if (mine != its)
            {
                findings.Add(new(
                    "locale", MoveVerdict.Refused, target.Place, $"{what} is {mine} here, and {its} in template0 there.",
                    "Choose a server whose cluster was made with the same encoding and locale (initdb --encoding --locale)."));
            }
        }

        if (findings.Count == 0 && here.Version != there.Version)
        {
            findings.Add(new(
                "collation_version", MoveVerdict.Warning, target.Place, $"The system sorts by version {here.Version} of {here.Collate} here, and {there.Version} there.",
                "Indexes are built anew, so they are right; text may be sorted differently, which matters to ranges of partitions and checks."));
        }

        return findings;
    }

    private static Task<(string Encoding, string Collate, string Ctype, string Provider, string Version)> ReadLocaleAsync(CatalogSession session, string database, CancellationToken ct) =>
        session.ReadAsync(Locale, row => (row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5)), ct, database);

    private static async Task<IReadOnlyList<MoveFinding>> CompareTablespacesAsync(CatalogSession source, CatalogSession target, CancellationToken ct)
    {
        var used = await source.ListAsync(
            $"""
            select s.spcname::text, count(*)::int from pg_class c join pg_tablespace s on s.oid = c.reltablespace join pg_namespace n on n.oid = c.relnamespace
            where s.spcname <> 'pg_default' and {CatalogCheck.IsTenants} group by 1
            """,
            row => (Name: row.GetString(0), Objects: row.GetInt32(1)),
            ct);
        var there = await target.ListAsync("select spcname::text from pg_tablespace", row => row.GetString(0), ct);
        return [.. used.Select(s => there.Contains(s.Name, StringComparer.Ordinal)
            ? new MoveFinding("tablespace", MoveVerdict.Handled, s.Name, $"{s.Objects} tables and indexes lie in it.", $"{target.Place} has one of that name.")
            : new MoveFinding(
                "tablespace", MoveVerdict.Refused, s.Name, $"{s.Objects} tables and indexes lie in it, and {target.Place} has none of that name.",
                $"Type: alter table … set tablespace pg_default (and alter index). Or create tablespace {s.Name} on {target.Place}."))];
    }
}
