namespace Migrator.Sources;

/// <summary>
/// A folder of SQL files; <c>repeatable/</c> below it holds the ones to run again on change. When the folder has a sum
/// file (<see cref="SumFile"/>), every file must be listed in it as it is.
/// </summary>
public sealed class SqlFolder(string path) : IMigrationSource
{
    public const string Repeatable = "repeatable";

    public IReadOnlyList<Migration> Read()
    {
        var files = ReadFiles();
        SumFile.Verify(path, files);
        return MigrationFiles.Assemble(files);
    }

    internal List<MigrationFile> ReadFiles()
    {
        if (!Directory.Exists(path))
        {
            throw new MigrationException(MigrationError.Source, $"The folder {path} does not exist. Create the first migration with the verb \"new\".");
        }

        return
        [
            .. new[] { path, Path.Combine(path, Repeatable) }
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.sql"))
                .Order(StringComparer.Ordinal)
                .Select(file => new MigrationFile(Path.GetRelativePath(path, file), Path.GetFileName(file), File.ReadAllText(file))),
        ];
    }
}
