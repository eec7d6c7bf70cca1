namespace Provisioner.Moves;

/// <summary>
/// Compares every row of two databases: ordinary tables, partitions as themselves, sequences and large objects; not what is
/// temporary, foreign, derived (views, generated columns) or a move's own. Rows are read over the network, both sides at once, one
/// table at a time, so each server gives one core at most.
/// </summary>
public static class RowComparison
{
    /// <param name="progress">Told of each table when it is done.</param>
    /// <exception cref="Npgsql.NpgsqlException">A side could not be read.</exception>
    public static async Task<ComparisonReport> CompareAsync(DatabaseSnapshot source, DatabaseSnapshot target, Action<string>? progress, CancellationToken ct)
    {
        var (here, there) = await Both.RunAsync(c => TableShape.ListAsync(source, c), c => TableShape.ListAsync(target, c), ct);
        var names = here.Keys.Union(there.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var rows = 0L;
        var differences = new List<TableDifference>();
        var notComparable = new List<string>();
        foreach (var (name, number) in names.Select((name, i) => (name, i + 1)))
        {
            var result = await new TableComparison(source, here.GetValueOrDefault(name), target, there.GetValueOrDefault(name)).RunAsync(ct);
            rows += result.Rows;
            if (result.Difference is { } difference)
            {
                differences.Add(difference);
            }

            if (!result.IsComparable)
            {
                notComparable.Add(name);
            }

            progress?.Invoke($"{number} of {names.Count} tables: {name}, {result.Rows} rows{(result.Difference is null ? "" : ", different")}");
        }

        var sequences = await SequenceComparison.CompareAsync(source, target, ct);
        differences.AddRange(sequences.Differences);
        notComparable.AddRange(sequences.NotComparable);
        if (await LargeObjectComparison.CompareAsync(source, target, ct) is { } objects)
        {
            differences.Add(objects);
        }

        return new ComparisonReport(names.Count, rows, differences, notComparable);
    }
}
