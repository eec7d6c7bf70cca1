using Migrator.Sources;

namespace Migrator.History;

/// <summary>A database's history as read under the lock.</summary>
/// <param name="TableExists">Whether <c>migrator.history</c> exists.</param>
/// <param name="EfTableExists">Whether EF Core's table exists; false where no EF migrations were asked for.</param>
/// <param name="Rows">In no order.</param>
internal sealed record HistoryState(bool TableExists, bool EfTableExists, IReadOnlyList<HistoryRow> Rows)
{
    /// <summary>Whether our table has no row for it. Not known for EF Core migrations, since EF's table alone decides what is applied.</summary>
    public bool IsNew(Migration migration) => migration.Ef is null && !Rows.Any(row => string.Equals(row.Version, migration.Version, StringComparison.Ordinal));

    /// <summary>The highest finished version; null before the first.</summary>
    public string? Head => Rows
        .Where(row => row.Finished && !row.Version.StartsWith("R__", StringComparison.Ordinal))
        .Select(row => row.Version)
        .Max(VersionOrder.Instance);
}
