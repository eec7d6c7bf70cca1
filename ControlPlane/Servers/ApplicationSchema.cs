using Migrator;
using Migrator.Sources;

namespace ControlPlane.Servers;

/// <summary>The tenant application's migrations, read once at the start.</summary>
/// <param name="Migrations">In the order they are applied.</param>
public sealed record ApplicationSchema(IReadOnlyList<Migration> Migrations)
{
    /// <summary>The newest migration: what a database that has them all is at.</summary>
    public string Head { get; } = Migrations.Count == 0
        ? throw new MigrationException(MigrationError.Source, "The tenant application has no migrations. Add one, or correct ControlPlane__Migrations.")
        : Migrations.Last(m => m.Kind != MigrationKind.Repeatable).Version;

    /// <summary>Versions of those that came after a newer one was known; see <see cref="KnownMigrations"/>.</summary>
    public IReadOnlyList<string> Late { get; init; } = [];

    /// <summary>The number of this set of migrations; see <see cref="KnownReleases"/>.</summary>
    public int Release { get; init; }

    /// <summary>Numbers of the sets that a control plane with this one may go on for.</summary>
    public IReadOnlySet<int> StandsInFor { get; init; } = new HashSet<int>();

    /// <summary>Those that take something away.</summary>
    public IReadOnlyList<Migration> Contracts { get; } = [.. Migrations.Where(m => m.Phase == MigrationPhase.Contract)];

    /// <summary>Whether a version is among them, or below a baseline that has taken its place.</summary>
    public bool Has(string version) => Migrations.Any(m =>
        string.Equals(m.Version, version, StringComparison.Ordinal)
        || (m.Kind == MigrationKind.Baseline && VersionOrder.Instance.Compare(version, m.Version) <= 0));

    /// <summary>What databases should be, when only these contract migrations are let through.</summary>
    public WantedSchema Wanted(IReadOnlySet<string> opened)
    {
        var held = Contracts.Where(c => !opened.Contains(c.Version)).ToList();
        return new([.. Migrations.Except(held)], held, [.. Late.Except(held.Select(h => h.Version), StringComparer.Ordinal)]);
    }

    /// <summary>Reads a folder of SQL files or an assembly with EF Core migrations.</summary>
    /// <exception cref="MigrationException">They cannot be read; the message names the file.</exception>
    public static ApplicationSchema Read(string path)
    {
        IMigrationSource source = Directory.Exists(path) ? new SqlFolder(path) : new EfCoreAssembly(path);
        return new ApplicationSchema(source.Read());
    }
}
