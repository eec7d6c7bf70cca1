using System.Text;

namespace Migrator.Sources;

/// <summary>
/// <c>migrations.sum</c>: a line <c>sha256:HEX  PATH</c> for each file, in order of path. Two branches that both add a
/// migration then conflict in version control instead of in production.
/// </summary>
public static class SumFile
{
    public const string Name = "migrations.sum";

    /// <summary>Writes the sum file of a folder and returns how many files it lists.</summary>
    public static int Write(string folder)
    {
        var files = new SqlFolder(folder).ReadFiles();
        MigrationFiles.Assemble(files);
        var text = new StringBuilder();
        foreach (var file in files) text.Append(MigrationFiles.Checksum(file.Text)).Append("  ").Append(file.Path).Append('\n');
        File.WriteAllText(Path.Combine(folder, Name), text.ToString());
        return files.Count;
    }

    internal static void Verify(string folder, IReadOnlyList<MigrationFile> files)
    {
        var sumFile = Path.Combine(folder, Name);
        if (!File.Exists(sumFile)) return;
        var listed = File.ReadLines(sumFile)
            .Where(line => line.Length > 0)
            .Select(line => line.Split("  ", 2))
            .ToDictionary(parts => parts[^1], parts => parts[0], StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (!listed.Remove(file.Path, out var sum)) throw Refused(file.Path, $"It is not listed in {Name}");
            if (!string.Equals(sum, MigrationFiles.Checksum(file.Text), StringComparison.Ordinal)) throw Refused(file.Path, $"It differs from what {Name} lists");
        }

        if (listed.Keys.FirstOrDefault() is { } missing) throw Refused(missing, $"{Name} lists it, but it is gone");
    }

    private static MigrationException Refused(string file, string what) =>
        new(MigrationError.Source, $"{what}. If the change is meant, write the list again with the verb \"hash\"; if not, restore the file.") { File = file };
}
