namespace Provisioner.Moves;

/// <summary>One table on both sides; null where it is missing.</summary>
internal sealed class TableComparison(DatabaseSnapshot source, TableShape? here, DatabaseSnapshot target, TableShape? there)
{
    /// <param name="Rows">The source's, or the target's where only that has the table.</param>
    /// <param name="IsComparable">False: the rows of the snapshot are gone on one side, and no difference is known.</param>
    public sealed record Result(long Rows, TableDifference? Difference, bool IsComparable);

    public async Task<Result> RunAsync(CancellationToken ct)
    {
        if (here is null || there is null)
        {
            return await OneSidedAsync(ct);
        }

        var shape = TableShape.Difference(here, there);

        // In another order they can still be compared; where some are missing the numbers of rows can.
        var columns = here.Stored.Order(StringComparer.Ordinal).SequenceEqual(there.Stored.Order(StringComparer.Ordinal), StringComparer.Ordinal) ? here.Stored : there.Stored;
        var (mine, its) = await Both.RunAsync(c => SumAsync(source, here, here.Stored, c), c => SumAsync(target, there, columns, c), ct);
        if (shape is null && mine.Sum == its.Sum)
        {
            return new Result(mine.Sum.Rows, null, IsComparable: true);
        }

        if (!mine.IsWhole || !its.IsWhole)
        {
            return new Result(mine.Sum.Rows, null, IsComparable: false);
        }

        var detail = shape ?? (here.Key.Count > 0 && here.Key.SequenceEqual(there.Key, StringComparer.Ordinal)
            ? await new DifferingKeys(source, here, target, there).DescribeAsync(ct)
            : "Rows differ; without a primary key they cannot be named.");
        return new Result(mine.Sum.Rows, new TableDifference(here.Name, mine.Sum.Rows, its.Sum.Rows, detail), IsComparable: true);
    }

    private async Task<Result> OneSidedAsync(CancellationToken ct)
    {
        var (snapshot, table, isSource) = here is not null ? (source, here, true) : (target, there!, false);
        var (sum, _) = await SumAsync(snapshot, table, table.Stored, ct);
        var difference = isSource
            ? new TableDifference(table.Name, sum.Rows, 0, "The table is not on the target.")
            : new TableDifference(table.Name, 0, sum.Rows, "The table is not on the source.");
        return new Result(sum.Rows, difference, IsComparable: true);
    }

    private static async Task<(RowSum Sum, bool IsWhole)> SumAsync(DatabaseSnapshot snapshot, TableShape table, IReadOnlyList<string> columns, CancellationToken ct)
    {
        var sum = default(RowSum);
        var isWhole = await RowReader.ReadAsync(snapshot, table, columns, row => sum = sum.With(RowHash.Of(row)), ct);
        return (sum, isWhole);
    }
}
