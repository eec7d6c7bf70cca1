using Migrator.Sql;

namespace Migrator.Lint;

/// <summary>One statement of a rehearsed migration: tables just before and just after it.</summary>
internal sealed record StatementSeen(SqlStatement Statement, TimeSpan Took, Dictionary<uint, TableState> Before, Dictionary<uint, TableState> After)
{
    /// <summary>Tables that were there before the statement and still are, as pairs.</summary>
    public IEnumerable<(TableState Before, TableState After)> Kept(IReadOnlySet<uint> existing) =>
        Before.Values.Where(table => existing.Contains(table.Oid) && After.ContainsKey(table.Oid)).Select(table => (table, After[table.Oid]));
}
