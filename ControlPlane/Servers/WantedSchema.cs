using System.Security.Cryptography;
using System.Text;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Migrator.Fleet;
using Migrator.Sources;

namespace ControlPlane.Servers;

/// <summary>What every tenant database should be now.</summary>
/// <param name="Migrations">In the order they are applied.</param>
/// <param name="Held">Contract migrations that still wait.</param>
/// <param name="Late">Versions of those that came after a newer one was known.</param>
public sealed record WantedSchema(IReadOnlyList<Migration> Migrations, IReadOnlyList<Migration> Held, IReadOnlyList<string> Late)
{
    /// <summary>What the catalog notes for a database that has none of it.</summary>
    public const string Nothing = "none";

    /// <summary>
    /// What the catalog notes for a database that has all of it: the newest version, and whatever else tells it from another
    /// schema with the same newest version. <c>20260301090000 without 20260201090000 late 20260215090000 with 1a2b3c4d</c>, the last for
    /// the texts of repeatable migrations.
    /// </summary>
    public string Version { get; } = Describe(Migrations, Held, Late);

    /// <summary>Reads from the catalog which contract migrations are let through; asks nothing where there are none.</summary>
    public static async Task<WantedSchema> ReadAsync(CatalogDb db, ApplicationSchema schema, CancellationToken ct)
    {
        var opened = schema.Contracts.Count == 0
            ? []
            : await db.Database.SqlQuery<string>($"select version as \"Value\" from opened_contracts").ToListAsync(ct);
        return schema.Wanted(opened.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>What to note for a database after work on it; null where that is not known.</summary>
    public string? VersionAfter(TargetResult result) => result switch
    {
        { State: TargetState.Done, Pending.Count: 0 } => Version,

        // Something below the newest version may be missing, so it must not look like one that has everything.
        { Head: { } head } => string.Equals(head, Version, StringComparison.Ordinal) ? $"{head} incomplete" : head,
        _ => null,
    };

    /// <summary>
    /// What a database lacks that was noted to have a schema, as far as that note tells: everything above its newest version, what it is
    /// noted to be without, and what came late and is not noted. The database itself knows exactly.
    /// </summary>
    /// <param name="to">Nothing above this version counts; null is the newest.</param>
    public IReadOnlyList<string> PendingAfter(string? version, string? to = null)
    {
        if (string.Equals(version, Version, StringComparison.Ordinal))
        {
            return [];
        }

        var words = version is null or Nothing ? [] : version.Split(' ');
        var marks = words.Skip(1).Chunk(2).Select(mark => string.Join(' ', mark)).ToHashSet(StringComparer.Ordinal);
        var pending = Migrations.Where(m => words.Length == 0 || m.Kind == MigrationKind.Repeatable
            || VersionOrder.Instance.Compare(m.Version, words[0]) > 0
            || marks.Contains($"without {m.Version}")
            || (Late.Contains(m.Version, StringComparer.Ordinal) && !marks.Contains($"late {m.Version}")));
        return [.. pending.Where(m => m.Kind != MigrationKind.Baseline && IsUpTo(m, to)).Select(m => m.Id)];
    }

    /// <summary>Repeatable migrations run when the newest version is reached.</summary>
    internal static bool IsUpTo(Migration migration, string? to) =>
        to is null || (migration.Kind != MigrationKind.Repeatable && VersionOrder.Instance.Compare(migration.Version, to) <= 0);

    private static string Describe(IReadOnlyList<Migration> migrations, IReadOnlyList<Migration> held, IReadOnlyList<string> late)
    {
        var text = new StringBuilder(migrations.LastOrDefault(m => m.Kind != MigrationKind.Repeatable)?.Version ?? Nothing);
        var head = text.ToString();
        foreach (var gap in held.Where(h => VersionOrder.Instance.Compare(h.Version, head) < 0))
        {
            text.Append(" without ").Append(gap.Version);
        }

        foreach (var version in late)
        {
            text.Append(" late ").Append(version);
        }

        var repeatable = migrations.Where(m => m.Kind == MigrationKind.Repeatable).Select(m => $"{m.Version} {m.Checksum}").ToList();
        if (repeatable.Count > 0)
        {
            text.Append(" with ").Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', repeatable))))[..8]);
        }

        return text.ToString();
    }
}
