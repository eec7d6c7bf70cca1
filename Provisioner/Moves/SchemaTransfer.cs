using System.Text.RegularExpressions;
using Npgsql;
using Provisioner.Postgres;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <summary>
/// Brings a schema from one database to another: first what rows need, and when they are there what would have made their coming slow;
/// the rows too where the source is shut. Runs as the owner role on both sides.
/// </summary>
public sealed partial class SchemaTransfer(MoveSide from, MoveSide to)
{
    private const string Tables = "schema: tables";
    private const string Rest = "schema: rest";
    private const string Rows = "rows";

    // Each takes a lock until the end of its transaction.
    private const int LargeObjectsAtATime = 1000;

    /// <summary>Roles, settings and privileges of the database itself; it has been made from <see cref="TemplateName.Empty"/>.</summary>
    public async Task CopySettingsAsync(CancellationToken ct)
    {
        const string sql =
            """
            select 'connection limit', rolconnlimit::text, 'role', false from pg_roles where rolname = $2
            union all
            select split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1), case when setrole = 0 then 'database' else 'role' end, setdatabase <> 0
            from pg_db_role_setting s, unnest(setconfig) setting
            where (setdatabase = (select oid from pg_database where datname = $1) or setdatabase = 0 and setrole <> 0)
              and setrole in (0, (select oid from pg_roles where rolname = $2)) and setting not like 'controlplane.%'
            """;
        var statements = new List<string>();
        await using (var command = new NpgsqlCommand(sql, await from.SessionAsync(ct)) { Parameters = { new() { Value = from.Name.Database }, new() { Value = from.Name.Login } } })
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                statements.Add(Statement(reader.GetString(0), reader.GetString(1), isDatabase: reader.GetString(2) == "database", isInDatabase: reader.GetBoolean(3)));
            }
        }

        await to.Server.ExecuteAloneAsync(
            to.Name,
            $"""
            {Guards.Database(to.Name.Database, to.Server.Tag(to.Name))}
            grant connect, temporary on database {Name(to.Name.Database)} to {Name(to.Name.Login)};
            {string.Join('\n', statements)}
            """,
            ct);
    }

    /// <summary>Everything that rows need to come in.</summary>
    /// <param name="keys">With the keys by which they are found again; else these come with the rest, and rows come in faster.</param>
    public Task CopyTablesAsync(CancellationToken ct, bool keys = true) => ApplyAsync(
        Tables,
        async (tools, file) =>
        {
            var (entries, isKey) = await EntriesAsync(tools, file, ct);
            var chosen = entries.Where(e => keys && isKey(e)).ToList();
            var tables = await tools.ScriptAsync(file, entries.Where(e => !isKey(e)), "pre-data", ct);
            return tables + (chosen.Count == 0 ? "" : await tools.ScriptAsync(file, chosen, section: null, ct));
        },
        ct);

    /// <summary>Indexes, foreign keys, triggers, rules, policies. Rows should not come in meanwhile: both would wait for each other.</summary>
    /// <param name="keys">Also those keys that <see cref="CopyTablesAsync"/> can bring.</param>
    public Task CopyRestAsync(CancellationToken ct, bool keys = false) => ApplyAsync(
        Rest,
        async (tools, file) =>
        {
            var (entries, isKey) = await EntriesAsync(tools, file, ct);
            return await tools.ScriptAsync(file, entries.Where(e => keys || !isKey(e)), "post-data", ct);
        },
        ct);

    /// <summary>
    /// Rows, large objects and the state of sequences, of a source that is shut: what replication cannot carry too, such as the rows of unlogged
    /// tables. As the owner role on both sides, in one transaction that is noted, so it is done once.
    /// </summary>
    public async Task CopyRowsAsync(CancellationToken ct)
    {
        if (!await IsDoneAsync(Rows, ct))
        {
            var (reading, writing) = (await from.Server.DumpToolsAsync(ct), await to.Server.DumpToolsAsync(ct));
            (await from.Server.RunAsOwnerAsync(
                from.Name,
                source => to.Server.RunAsOwnerAsync(to.Name, target => reading.PipeRowsAsync(source, writing, target, Note(Rows), ct), ct),
                ct)).OrThrow($"The rows of {from.Place} could not be brought to {to.Place}; nothing of them was kept");
        }

        await CopyLargeObjectRightsAsync(ct);
    }

    /// <summary>Fills materialized views, those that others are made of first, and tells the planner what there is.</summary>
    /// <returns>How many views were filled.</returns>
    public async Task<int> RefreshAsync(CancellationToken ct)
    {
        const string sql = "select format('%I.%I', schemaname, matviewname) from pg_matviews where ispopulated order by 1";
        var populated = new List<string>();
        await using (var command = new NpgsqlCommand(sql, await from.SessionAsync(ct)))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                populated.Add(reader.GetString(0));
            }
        }

        var waiting = new Queue<string>(populated);
        for (var failures = 0; waiting.TryDequeue(out var view);)
        {
            try
            {
                // A superuser's refresh runs as the view's owner.
                await to.ExecuteAsync($"refresh materialized view {view}", ct);
                failures = 0;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState && failures < waiting.Count)
            {
                // It is made of one that has not been filled yet.
                waiting.Enqueue(view);
                failures++;
            }
        }

        await to.ExecuteAsync("analyze", ct);
        return populated.Count;
    }

    /// <summary>Noted in the same transaction, so that it is done once.</summary>
    private async Task ApplyAsync(string act, Func<DumpTools, string, Task<string>> select, CancellationToken ct)
    {
        if (await IsDoneAsync(act, ct))
        {
            return;
        }

        var reading = await from.Server.DumpToolsAsync(ct);
        var file = Path.GetTempFileName();
        try
        {
            (await from.Server.RunAsOwnerAsync(from.Name, login => reading.DumpSchemaAsync(login, file, ct), ct))
                .OrThrow($"The schema of {from.Place} could not be read. See what pg_dump says, then retry");
            var script = Renamed(await select(reading, file)) + $"\n{Note(act)}\n";
            await PostgresServer.HandOverPublicSchemaAsync(await to.SessionAsync(ct), to.Name.Owner, ct);
            var writing = await to.Server.DumpToolsAsync(ct);
            (await to.Server.RunAsOwnerAsync(to.Name, login => writing.RunScriptAsync(login, script, ct), ct))
                .OrThrow($"The schema could not be made in {to.Place}; nothing of it was kept");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<bool> IsDoneAsync(string act, CancellationToken ct) => await to.ScalarAsync<object>("select 1 from _move.done where act = $1", ct, act) is not null;

    private static string Note(string act) => $"insert into _move.done (act) values ({Literal(act)});";

    /// <summary>They came as the owner role's, who brought them. Of those that the login made itself it stays the owner: only so it can delete them.</summary>
    private async Task CopyLargeObjectRightsAsync(CancellationToken ct)
    {
        const string sql =
            """
            select format('alter large object %s owner to %I', oid, $2) from pg_largeobject_metadata where lomowner = $1::regrole
            union all
            select format('grant %s on large object %s to %s', a.privilege_type, oid, case when a.grantee = 0 then 'public' else quote_ident($2) end)
            from pg_largeobject_metadata, aclexplode(lomacl) a where a.grantee <> lomowner and a.grantee in (0, $1::regrole)
            """;
        var statements = new List<string>();
        await using (var command = new NpgsqlCommand(sql, await from.SessionAsync(ct)) { Parameters = { new() { Value = from.Name.Login }, new() { Value = to.Name.Login } } })
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                statements.Add(reader.GetString(0));
            }
        }

        foreach (var some in statements.Chunk(LargeObjectsAtATime))
        {
            await to.ExecuteAsync(string.Join(';', some), ct);
        }
    }

    /// <summary>Privileges and policies name the roles of the database, which are others there.</summary>
    private string Renamed(string script) => script
        .Replace(from.Name.Owner, to.Name.Owner, StringComparison.Ordinal)
        .Replace(from.Name.Login, to.Name.Login, StringComparison.Ordinal);

    /// <summary>
    /// The table of contents without what every database has and what no owner role may make; and which lines are keys: constraints,
    /// and indexes by which a table's rows are told apart.
    /// </summary>
    private async Task<(IReadOnlyList<string> Entries, Func<string, bool> IsKey)> EntriesAsync(DumpTools tools, string file, CancellationToken ct)
    {
        var entries = (await tools.ListAsync(file, ct)).Where(line => line.Length > 0 && line[0] != ';' && !Left().IsMatch(line)).ToList();
        var identities = await from.ScalarAsync<long[]>("select array(select indexrelid::bigint from pg_index where indisreplident)", ct) ?? [];
        var indexes = identities.Select(oid => $"; 1259 {oid} INDEX ").ToList();
        return (entries, line => Constraint().IsMatch(line) || indexes.Exists(index => line.Contains(index, StringComparison.Ordinal)));
    }

    private string Statement(string setting, string value, bool isDatabase, bool isInDatabase)
    {
        if (setting == "connection limit")
        {
            return $"alter role {Name(to.Name.Login)} connection limit {int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)};";
        }

        // A list of names is stored as it is written, each quoted where it must be.
        var text = setting is "search_path" or "temp_tablespaces" or "local_preload_libraries" or "session_preload_libraries" ? value : Literal(value);
        var whose = isDatabase ? $"database {Name(to.Name.Database)}" : $"role {Name(to.Name.Login)}{(isInDatabase ? $" in database {Name(to.Name.Database)}" : "")}";
        return $"alter {whose} set {Name(setting)} = {text};";
    }

    /// <summary>Lines of the table of contents are <c>DUMPID; TABLEOID OID TYPE SCHEMA NAME OWNER</c>.</summary>
    [GeneratedRegex(@"^\d+; \d+ \d+ (SCHEMA - public |COMMENT - SCHEMA public |EVENT TRIGGER |COMMENT - EVENT TRIGGER )", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Left();

    [GeneratedRegex(@"^\d+; \d+ \d+ CONSTRAINT ", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Constraint();
}
