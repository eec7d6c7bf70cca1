using System.Globalization;
using System.Text;

namespace Provisioner.Moves;

/// <summary>
/// Names some rows that differ, by primary key, in memory that does not grow with the table: sums of rows by buckets of keys tell
/// which buckets to look into, and only those are read row by row.
/// </summary>
internal sealed class DifferingKeys(DatabaseSnapshot source, TableShape sourceTable, DatabaseSnapshot target, TableShape targetTable)
{
    private const int Buckets = 1 << 16;
    private const int Shown = 5;

    private readonly IReadOnlyList<string> columns = [.. sourceTable.Key, .. sourceTable.Stored.Except(sourceTable.Key, StringComparer.Ordinal)];

    public async Task<string> DescribeAsync(CancellationToken ct)
    {
        var (here, there) = await Both.RunAsync(c => SumAsync(source, sourceTable, c), c => SumAsync(target, targetTable, c), ct);
        var differing = Enumerable.Range(0, Buckets).Where(i => here[i] != there[i]).Take(Shown).ToHashSet();
        var (mine, its) = await Both.RunAsync(c => CollectAsync(source, sourceTable, differing, c), c => CollectAsync(target, targetTable, differing, c), ct);
        List<string> parts =
        [
            .. Part("only on the source", mine.Keys.Where(key => !its.ContainsKey(key))),
            .. Part("only on the target", its.Keys.Where(key => !mine.ContainsKey(key))),
            .. Part("different", mine.Where(row => its.TryGetValue(row.Key, out var other) && other != row.Value).Select(row => row.Key)),
        ];
        return $"By {string.Join(", ", sourceTable.Key)}: {string.Join("; ", parts)}.";
    }

    private static IEnumerable<string> Part(string what, IEnumerable<string> keys)
    {
        var shown = keys.Order(StringComparer.Ordinal).Take(Shown).ToList();
        return shown.Count == 0 ? [] : [$"{what} {string.Join(", ", shown)}"];
    }

    private async Task<UInt128[]> SumAsync(DatabaseSnapshot snapshot, TableShape table, CancellationToken ct)
    {
        var sums = new UInt128[Buckets];
        await RowReader.ReadAsync(snapshot, table, columns, row => sums[BucketOf(KeyOf(row))] += RowHash.Of(row), ct);
        return sums;
    }

    private async Task<Dictionary<string, ulong>> CollectAsync(DatabaseSnapshot snapshot, TableShape table, HashSet<int> buckets, CancellationToken ct)
    {
        var rows = new Dictionary<string, ulong>(StringComparer.Ordinal);
        await RowReader.ReadAsync(
            snapshot,
            table,
            columns,
            row =>
            {
                var key = KeyOf(row);
                if (buckets.Contains(BucketOf(key)))
                {
                    rows[Written(key)] = RowHash.Of(row);
                }
            },
            ct);
        return rows;
    }

    private ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> row)
    {
        var length = 0;
        for (var i = 0; i < sourceTable.Key.Count; i++)
        {
            var tab = row[length..].IndexOf((byte)'\t');
            if (tab < 0)
            {
                return row;
            }

            length += tab + 1;
        }

        return row[..(length - 1)];
    }

    private static int BucketOf(ReadOnlySpan<byte> key) => (int)(RowHash.Of(key) % Buckets);

    private string Written(ReadOnlySpan<byte> key)
    {
        var text = Encoding.UTF8.GetString(key).Replace("\t", ", ", StringComparison.Ordinal);
        return sourceTable.Key.Count == 1 ? text : string.Create(CultureInfo.InvariantCulture, $"({text})");
    }
}
