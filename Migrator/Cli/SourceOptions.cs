using System.CommandLine;
using Migrator.Sources;

namespace Migrator.Cli;

/// <summary>Where the migrations come from.</summary>
internal sealed class SourceOptions
{
    public Option<string> Folder { get; } = new("--migrations", "-m") { Description = "Folder of SQL files", DefaultValueFactory = _ => "migrations" };

    private Option<string?> Assembly { get; } = new("--assembly") { Description = "Assembly with EF Core migrations, instead of a folder" };

    private Option<string?> Context { get; } = new("--context") { Description = "The DbContext to use when the assembly has several" };

    public void AddTo(Command command)
    {
        command.Options.Add(Folder);
        command.Options.Add(Assembly);
        command.Options.Add(Context);
    }

    public IReadOnlyList<Migration> Read(ParseResult parsed)
    {
        IMigrationSource source = parsed.GetValue(Assembly) is { } assembly
            ? new EfCoreAssembly(assembly, parsed.GetValue(Context))
            : new SqlFolder(parsed.GetValue(Folder)!);
        return source.Read();
    }
}
