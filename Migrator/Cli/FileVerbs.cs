using System.CommandLine;
using System.Globalization;
using Migrator.Sources;

namespace Migrator.Cli;

/// <summary>The verbs that work on files only.</summary>
internal static class FileVerbs
{
    public static IEnumerable<Command> All(Output output) => [New(output), Hash(output)];

    private static Command New(Output output)
    {
        var sources = new SourceOptions();
        var name = new Argument<string>("NAME") { Description = "What the migration does, in a few words" };
        var down = new Option<bool>("--down") { Description = "Also write an empty .down.sql" };
        var command = new Command("new", "Create an empty migration with the next version.") { name, down, sources.Folder };
        command.SetAction(parsed =>
        {
            foreach (var file in NewMigration.Write(parsed.GetValue(sources.Folder)!, parsed.GetValue(name)!, parsed.GetValue(down), TimeProvider.System)) output.Results.WriteLine(file);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Hash(Output output)
    {
        var sources = new SourceOptions();
        var command = new Command("hash", $"Write {SumFile.Name}, which pins every file as it is now.") { sources.Folder };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(sources.Folder)!;
            output.Results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.Combine(folder, SumFile.Name)}: {SumFile.Write(folder)} files"));
            return ExitCode.Done;
        });
        return command;
    }
}
