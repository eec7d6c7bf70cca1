using System.CommandLine;
using Migrator;
using Migrator.Sources;

namespace ControlPlane.Cli.Verbs;

/// <summary>Those of <c>ctl migrations …</c> that work on the application's files and ask nobody.</summary>
internal static class MigrationFileVerbs
{
    /// <summary>The control plane's own setting, where both are on one machine.</summary>
    private const string Setting = "ControlPlane__Migrations";

    public static Verb New(CliConsole console)
    {
        var name = new Argument<string>("name") { Description = "What the migration does, in a few words." };
        var down = new Option<bool>("--down") { Description = "Also write an empty script that takes it back." };
        var folder = Folder();
        return new Verb(
            "new",
            "Begins a migration: an empty file with the next version. Write SQL into it; then: ctl migrations lint",
            "ctl migrations new \"add notes\" --folder migrations --down")
            .With(name, down, folder)
            .DoesLocally(console, parsed => NewMigration.Write(Find(parsed, folder, console), parsed.GetValue(name)!, parsed.GetValue(down), TimeProvider.System));
    }

    public static Verb Hash(CliConsole console)
    {
        var folder = Folder();
        return new Verb(
            "hash",
            $"Writes {SumFile.Name}, which pins every file as it is now: two branches that both add a migration then conflict in version control instead of on customers.",
            "ctl migrations hash --folder migrations")
            .With(folder)
            .DoesLocally(console, parsed =>
            {
                var where = Find(parsed, folder, console);
                return [$"{Path.Combine(where, SumFile.Name)}: {SumFile.Write(where)} files"];
            });
    }

    private static Option<string?> Folder() => Shared.Text("--folder", $"The application's migrations, SQL files; without it what {Setting} says, else: migrations", "FOLDER");

    private static string Find(ParseResult parsed, Option<string?> folder, CliConsole console)
    {
        var found = parsed.GetValue(folder) ?? console.Variable(Setting) ?? "migrations";
        return File.Exists(found)
            ? throw new MigrationException(MigrationError.Source, $"{found} is a file: the application's migrations are made by EF Core. Name a folder with --folder, or use dotnet ef.")
            : found;
    }
}
