using Migrator.Sources;

namespace Migrator.Tests.Support;

/// <summary>A folder of migration files that is removed at the end.</summary>
public sealed class MigrationFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("migrations-").FullName;

    public MigrationFolder With(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public MigrationFolder Without(string name)
    {
        File.Delete(System.IO.Path.Combine(Path, name));
        return this;
    }

    public IReadOnlyList<Migration> Read() => new SqlFolder(Path).Read();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
