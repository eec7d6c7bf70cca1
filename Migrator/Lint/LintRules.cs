using System.Globalization;
using Migrator.Sources;
using Migrator.Sql;

namespace Migrator.Lint;

/// <summary>Decides which of the things PostgreSQL did are dangerous to a fleet with traffic, and says what to do instead.</summary>
internal static class LintRules
{
    private const long ManyRows = 10_000;
    private const double MostRows = 0.5;
    private const long FewRows = 1000;

    private static readonly TimeSpan LongHold = TimeSpan.FromMilliseconds(100);

    public static IEnumerable<LintFinding> Judge(MigrationSeen seen) =>
        seen.Statements.SelectMany(statement => JudgeStatement(seen, statement))
            .Concat(JudgeHolds(seen))
            .Concat(JudgeSurface(seen))
            .Concat(JudgeDown(seen));

    private static IEnumerable<LintFinding> JudgeStatement(MigrationSeen seen, StatementSeen statement)
    {
        foreach (var (before, after) in statement.Kept(seen.Existing))
        {
            if (before.FileNode != after.FileNode)
            {
                yield return Found(seen, statement.Statement, Rewrite(statement.Statement, after), Advice.ForRewrite(statement.Statement, after));
            }
            else if (after.Scans > before.Scans && after.Lock >= LockMode.ShareLock)
            {
                yield return Found(seen, statement.Statement, $"{after.Name} is read whole under {after.Lock}, so writers wait for as long as that takes", Advice.ForScan(statement.Statement));
            }

            var changed = after.Changed - before.Changed;
            if (changed >= ManyRows || (changed >= FewRows && changed >= before.Rows * MostRows))
            {
                yield return Found(seen, statement.Statement, string.Create(CultureInfo.InvariantCulture, $"{changed} rows of {after.Name} are changed in one transaction, which keeps them locked and bloats the table"), "Change rows in batches from the application or a background job, each batch a transaction of its own");
            }
        }
    }

    private static string Rewrite(SqlStatement statement, TableState table) => (statement.Words[0], table.Kind) switch
    {
        ("TRUNCATE", _) => $"All rows of {table.Name} are removed",
        (_, 'm') => $"{table.Name} is computed anew while nobody can read it",
        _ => $"{table.Name} is rewritten whole, and nobody can read it meanwhile",
    };

    private static IEnumerable<LintFinding> JudgeHolds(MigrationSeen seen)
    {
        var firstStatements = new Dictionary<uint, (int Index, TableState Table)>();
        for (var i = 0; i < seen.Statements.Count; i++)
        {
            foreach (var table in seen.Statements[i].After.Values.Where(t => t.Lock == LockMode.AccessExclusiveLock && seen.Existing.Contains(t.Oid))) firstStatements.TryAdd(table.Oid, (i, table));
        }

        var taken = firstStatements.Values.OrderBy(lockTaken => lockTaken.Index).ToList();
        if (taken.Select(lockTaken => lockTaken.Index).Distinct().Skip(1).Any())
        {
            yield return Found(seen, seen.Statements[taken[^1].Index].Statement, $"{string.Join(", then ", taken.Select(lockTaken => lockTaken.Table.Name))} are locked one after the other in one transaction: requests that use them in another order deadlock with it, and the first stays locked while the next is waited for", "Give each table a file of its own");
        }

        foreach (var (index, table) in taken)
        {
            var rest = seen.Statements.Skip(index + 1).Aggregate(TimeSpan.Zero, (sum, statement) => sum + statement.Took);
            if (rest <= LongHold) continue;
            yield return Found(seen, seen.Statements[index].Statement, string.Create(CultureInfo.InvariantCulture, $"{table.Name} stays locked for {rest.TotalMilliseconds:0} ms while later statements run"), "Move the slow statements to a file of their own");
        }
    }

    private static IEnumerable<LintFinding> JudgeSurface(MigrationSeen seen)
    {
        if (seen.Migration.Phase == MigrationPhase.Contract) yield break;
        var gone = seen.Before.Names.Keys.Except(seen.After.Names.Keys).ToList();
        var tables = gone.Where(item => item.Kind is not "column" and not "value").Select(item => item.Name).ToList();
        foreach (var (kind, name) in gone)
        {
            // The column of a table that is gone needs no line of its own.
            if (kind is "column" && tables.Exists(table => name.StartsWith(table + ".", StringComparison.Ordinal))) continue;
            yield return Found(seen, null, $"The {kind} {name} is dropped or renamed, and the running release may use it", "Add the new one first and keep both; drop the old one in a later file with \"-- migrator:phase contract\", which waits until no running release needs it");
        }

        var dropped = gone.ToHashSet();
        foreach (var (key, required) in seen.After.Names)
        {
            if (!required || (seen.Before.Names.TryGetValue(key, out var before) && before)) continue;
            var table = ("table", key.Name[..key.Name.LastIndexOf('.')]);
            if (key.Kind is not "column" || !seen.Before.Names.ContainsKey(table) || dropped.Contains(table)) continue;
            if (IsProven(seen, key)) continue;
            yield return Found(seen, null, $"An insert into {key.Name[..key.Name.LastIndexOf('.')]} must now give {key.Name}, which the running release does not do, and existing rows have no value", "Add the column with a default or without NOT NULL, fill it, and require it in a later file");
        }
    }

    // A column that was there already and may no longer be null was found by its scan, or a valid constraint had refused nulls before.
    private static bool IsProven(MigrationSeen seen, (string Kind, string Name) column) =>
        seen.Before.Names.ContainsKey(column) && !seen.Statements.Any(s => Advice.Mentions(s.Statement, "DROP", "DEFAULT"));

    private static IEnumerable<LintFinding> JudgeDown(MigrationSeen seen)
    {
        if (seen.RestoredByDown is { Count: > 0 } differences)
        {
            yield return Found(seen, null, $"Its down script does not restore the schema: {string.Join("; ", differences.Take(5))}", "Let the down script undo every statement, or remove it");
        }
    }

    private static LintFinding Found(MigrationSeen seen, SqlStatement? statement, string what, string saferWay) =>
        new(seen.Migration.Id, seen.Migration.File, statement?.Line, what, saferWay, seen.Migration.Allowed);
}
