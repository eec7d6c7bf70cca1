using System.CommandLine;
using Npgsql;

namespace Migrator.Cli;

/// <summary>The command line: <c>dotnet run --project Migrator -- VERB</c>.</summary>
internal static class MigratorCommand
{
    private const string Description =
        """
        Migrates many PostgreSQL databases as if they were one.

        A day with it:
          new add_notes                         create migrations/20260101120000_add_notes.sql and write SQL into it
          lint --server CONNECTION              run it on a throw-away database and see what it would lock
          plan  --list databases.txt            see what would happen where
          apply --list databases.txt            do it; again after a crash, a stop or a fix
          status --list databases.txt           see where each database stands

        Each script and its history row are one transaction, run as the database's owner role. Exit codes: 0 done or
        nothing to do, 1 failed, 2 wrong usage, 3 something is pending, 4 a schema has drifted.
        """;

    /// <summary>Runs one verb and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter results, TextWriter messages)
    {
        var output = new Output(results, messages);
        var root = new RootCommand(Description);
        foreach (var verb in (Command[])[.. FileVerbs.All(output), LintVerb.Create(output), .. FleetVerbs.All(output), TemplateVerb.Create(output)]) root.Subcommands.Add(verb);

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await messages.WriteLineAsync(error.Message);
            await messages.WriteLineAsync("See --help, or VERB --help.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = results, Error = messages, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (MigrationException e)
        {
            await messages.WriteLineAsync(e.Message);
            return ExitCode.Of(e);
        }
        catch (OperationCanceledException)
        {
            await messages.WriteLineAsync("Broken off. What was committed stays; run again to go on.");
            return ExitCode.Pending;
        }
        catch (NpgsqlException e)
        {
            await messages.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }
}
