using Migrator.Sql;

namespace Migrator.Sources;

/// <summary>How EF Core's own history table records one migration.</summary>
/// <param name="Schema">The table's schema; null for the first one of the search path.</param>
/// <param name="Table"><c>__EFMigrationsHistory</c>, unless the context names another.</param>
/// <param name="Create">Creates the table if it is missing.</param>
/// <param name="Insert">Records the migration.</param>
/// <param name="Delete">Forgets the migration.</param>
public sealed record EfHistoryRow(
    string? Schema,
    string Table,
    IReadOnlyList<SqlStatement> Create,
    IReadOnlyList<SqlStatement> Insert,
    IReadOnlyList<SqlStatement> Delete)
{
    /// <summary>The one of the first EF Core migration, which names the table for all; null when there is none.</summary>
    public static EfHistoryRow? Of(IEnumerable<Migration> migrations) => migrations.Select(m => m.Ef).FirstOrDefault(row => row is not null);

    /// <summary>The table's name, quoted.</summary>
    public string QuotedTable => Schema is null ? SqlName.Quote(Table) : $"{SqlName.Quote(Schema)}.{SqlName.Quote(Table)}";
}
