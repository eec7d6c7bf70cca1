using System.Text.RegularExpressions;
using Npgsql;
using Provisioner.Postgres;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Moves;

/// <summary>
/// Brings everything but rows from one database to another: first what rows need, keys included, and when they are there what
/// would have made their coming slow. Runs as the owner role on both sides.
/// </summary>
public sealed partial class SchemaTransfer(MoveSide from, MoveSide to)
{
    private const string Tables = "schema: tables";
    private const string Rest = "schema: rest";

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

    /// <summary>Everything that rows need to come in, with the keys by which they are found again.</summary>
    public Task CopyTablesAsync(CancellationToken ct) => ApplyAsync(
        Tables,
        async (tools, file) =>
        {
            var (entries, isKey) = await EntriesAsync(tools, file, ct);
            var keys = entries.Where(isKey).ToList();
            var tables = await tools.ScriptAsync(file, entries.Where(e => !isKey(e)), "pre-data", ct);
            return tables + (keys.Count == 0 ? "" : await tools.ScriptAsync(file, keys, section: null, ct));
        },
        ct);

    /// <summary>Indexes, foreign keys, triggers, rules, policies. Rows should not come in meanwhile: both would wait for each other.</summary>
    public Task CopyRestAsync(CancellationToken ct) => ApplyAsync(
        Rest,
        async (tools, file) =>
        {
            var (entries, isKey) = await EntriesAsync(tools, file, ct);
            return await tools.ScriptAsync(file, entries.Where(e => !isKey(e)), "post-data", ct);
        },
        ct);

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
        if (await to.ScalarAsync<object>("select 1 from _move.done where act = $1", ct, act) is not null)
        {
            return;
        }

        var reading = await from.Server.DumpToolsAsync(ct);
        var file = Path.GetTempFileName();
        try
        {
            (await from.Server.RunAsOwnerAsync(from.Name, login => reading.DumpSchemaAsync(login, file, ct), ct))
                .OrThrow($"The schema of {from.Place} could not be read. See what pg_dump says, then retry");
            var script = Renamed(await select(reading, file)) + $"\ninsert into _move.done (act) values ({Literal(act)});\n";
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
