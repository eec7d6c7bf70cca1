using System.Text;
using Npgsql;

namespace Migrator.History;

/// <summary>
/// Reads <c>migrator.history</c> as a superuser may in a tenant's database. A query is planned, and so runs what the tenant has planted in indexes,
/// policies and views; COPY of a table is not, and takes nothing but a table. Not for EF Core's history, whose place a search path may decide.
/// </summary>
internal static class HistoryCopy
{
    public static async Task<HistoryState> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            var rows = new List<HistoryRow>();
            using var lines = await connection.BeginTextExportAsync($"copy {HistoryTable.Name} (version, name, checksum, finished) to stdout", ct);
            while (await lines.ReadLineAsync(ct) is { } line)
            {
                var fields = line.Split('\t');
                rows.Add(new HistoryRow(Plain(fields[0])!, Plain(fields[1])!, Plain(fields[2]), Plain(fields[3]) is "t"));
            }

            return new HistoryState(TableExists: true, EfTableExists: false, rows);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return new HistoryState(TableExists: false, EfTableExists: false, []);
        }
    }

    /// <summary>As PostgreSQL writes a field of its text format; null is null.</summary>
    internal static string? Plain(string field)
    {
        if (field is @"\N") return null;
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var plain = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            plain.Append(field[i] != '\\' ? field[i] : field[++i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\v',
                var other => other,
            });
        }

        return plain.ToString();
    }
}
