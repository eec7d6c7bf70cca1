using System.Globalization;
using System.Text.RegularExpressions;

namespace Migrator.Sources;

/// <summary>Begins a migration: an empty file whose name holds the next version, with what may be said at its head.</summary>
public static partial class NewMigration
{
    private const string Text =
        """
        -- One change, small enough to hold its locks for milliseconds. Headers, each on a line of its own:
        --   -- migrator:tx none          for the one statement that cannot run inside a transaction
        --   -- migrator:phase contract   takes something away: waits until no running release needs it
        --   -- migrator:timeout 5m       when a statement may take longer than ten minutes
        """;

    /// <summary>Writes the files and answers their paths.</summary>
    /// <param name="folder">Created when missing.</param>
    /// <param name="name">What the migration does, in a few words.</param>
    /// <param name="withDown">Also write an empty down script.</param>
    /// <exception cref="MigrationException">The name holds neither letters nor digits.</exception>
    public static IReadOnlyList<string> Write(string folder, string name, bool withDown, TimeProvider time)
    {
        var words = Unsuitable().Replace(name.ToLowerInvariant(), "_").Trim('_');
        if (words.Length == 0) throw new MigrationException(MigrationError.Source, "The name holds neither letters nor digits. Say what the migration does.");
        Directory.CreateDirectory(folder);
        var stem = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMddHHmmss}_{words}"));
        File.WriteAllText($"{stem}.sql", Text + "\n\n");
        if (!withDown) return [$"{stem}.sql"];
        File.WriteAllText($"{stem}.down.sql", "");
        return [$"{stem}.sql", $"{stem}.down.sql"];
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Unsuitable();
}
