using Migrator.Sources;

namespace Migrator.History;

/// <summary>What has to be done to one database; computed from files and history alone.</summary>
/// <param name="Pending">To be applied, in order.</param>
/// <param name="Held">Contract migrations that wait, and everything above <see cref="PlanOptions.To"/>.</param>
public sealed record MigrationPlan(IReadOnlyList<Migration> Pending, IReadOnlyList<Migration> Held)
{
    /// <summary>Compares files and history; changes nothing.</summary>
    /// <exception cref="MigrationException">History and files contradict each other; the message names the choices.</exception>
    public static MigrationPlan Create(IReadOnlyList<Migration> migrations, IReadOnlyCollection<HistoryRow> history, PlanOptions options)
    {
        var applied = history.ToDictionary(row => row.Version, StringComparer.Ordinal);
        var versioned = migrations.Where(m => m.Kind != MigrationKind.Repeatable).ToList();
        var started = versioned.Exists(m => applied.ContainsKey(m.Version));
        var baseline = started ? null : versioned.FindLast(m => m.Kind == MigrationKind.Baseline && IsWanted(m, options));
        var reached = versioned
            .Where(m => applied.TryGetValue(m.Version, out var row) && row.Finished)
            .Select(m => m.Version)
            .Max(VersionOrder.Instance);

        CheckMissing(migrations, history, options);
        var pending = new List<Migration>();
        var held = new List<Migration>();
        foreach (var migration in migrations)
        {
            if (migration.Kind == MigrationKind.Baseline && migration != baseline) continue;
            if (baseline is not null && migration != baseline && migration.Kind == MigrationKind.Versioned && !IsAfter(migration, baseline.Version)) continue;
            if (applied.TryGetValue(migration.Version, out var row) && row.Finished)
            {
                if (!Differs(row, migration) || versioned.Exists(b => IsAppliedBaseline(b, applied) && string.Equals(b.Version, migration.Version, StringComparison.Ordinal))) continue;
                if (migration.Kind != MigrationKind.Repeatable) throw Edited(migration);
            }
            else if (migration.Kind == MigrationKind.Versioned && row is null && IsBelowBaseline(versioned, applied, migration))
            {
                continue;
            }

            if (!IsWanted(migration, options))
            {
                held.Add(migration);
                continue;
            }

            CheckOrder(migration, reached, options);
            pending.Add(migration);
        }

        return new MigrationPlan(pending, held);
    }

    /// <summary>Whether the text is not the one that was applied; never when either is unknown or of another generator.</summary>
    internal static bool Differs(HistoryRow row, Migration migration) =>
        row.Checksum is not null
        && string.Equals(Prefix(row.Checksum), Prefix(migration.Checksum), StringComparison.Ordinal)
        && !string.Equals(row.Checksum, migration.Checksum, StringComparison.Ordinal);

    private static string Prefix(string checksum) => checksum[..checksum.IndexOf(':', StringComparison.Ordinal)];

    private static bool IsAfter(Migration migration, string version) => VersionOrder.Instance.Compare(migration.Version, version) > 0;

    private static bool IsWanted(Migration migration, PlanOptions options) =>
        (options.IncludeContract || migration.Phase != MigrationPhase.Contract)
        && (options.To is null || (migration.Kind != MigrationKind.Repeatable && !IsAfter(migration, options.To)));

    private static bool IsBelowBaseline(List<Migration> versioned, Dictionary<string, HistoryRow> applied, Migration migration) =>
        versioned.Exists(b => IsAppliedBaseline(b, applied) && !IsAfter(migration, b.Version));

    // A database that went through the versions has the row of the version instead.
    private static bool IsAppliedBaseline(Migration baseline, Dictionary<string, HistoryRow> applied) =>
        baseline.Kind == MigrationKind.Baseline && applied.TryGetValue(baseline.Version, out var row) && !Differs(row, baseline);

    private static void CheckMissing(IReadOnlyList<Migration> migrations, IReadOnlyCollection<HistoryRow> history, PlanOptions options)
    {
        if (options.AllowMissing) return;
        var known = migrations.Select(m => m.Version).ToHashSet(StringComparer.Ordinal);
        var missing = history.Where(row => !known.Contains(row.Version)).Select(row => row.Version).Order(VersionOrder.Instance).ToList();
        if (missing.Count == 0) return;
        throw new MigrationException(
            MigrationError.Missing,
            $"{string.Join(", ", missing)} applied here, but there is no such file: these are the files of an older release, or a file was deleted. Use the newer files or restore it; if the row itself is wrong, remove it with \"repair\"; to go on regardless, allow missing files.");
    }

    private static void CheckOrder(Migration migration, string? reached, PlanOptions options)
    {
        // A contract migration waits by design while later ones go ahead.
        if (options.AllowOutOfOrder || migration.Kind != MigrationKind.Versioned || migration.Phase == MigrationPhase.Contract) return;
        if (reached is null || IsAfter(migration, reached)) return;
        throw new MigrationException(
            MigrationError.OutOfOrder,
            $"It is older than {reached}, which is applied already. Give it a new version after {reached}, or allow out-of-order files if the two do not depend on each other.") { File = migration.File };
    }

    private static MigrationException Edited(Migration migration) => new(
        MigrationError.Edited,
        "It was changed after it had been applied. Restore the file and put the change into a new migration; if the change has no effect on the schema, accept it with \"repair\".") { File = migration.File };
}
