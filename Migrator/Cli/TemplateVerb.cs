using System.CommandLine;
using System.Globalization;
using Migrator.Databases;
using Migrator.Fingerprints;

namespace Migrator.Cli;

/// <summary>The verb that brings a template to the newest version and says what its schema is.</summary>
internal static class TemplateVerb
{
    public static Command Create(Output output)
    {
        var sources = new SourceOptions();
        var targets = new TargetOptions();
        var expect = new Option<string?>("--expect") { Description = "Fingerprint the template must have; exit 4 when it has another" };
        var command = new Command("template", "Bring a template database to the newest version and print its fingerprint.") { expect };
        sources.AddTo(command);
        targets.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var code = ExitCode.Done;
            var migrations = sources.Read(parsed);
            foreach (var target in targets.Read(parsed))
            {
                await using var sessions = new DatabaseSessions("migrator template", targets.AdminDatabase(parsed));
                await using var session = await sessions.OpenAsync(target.Database, ct);
                var report = await new DatabaseMigrator(migrations, new MigratorOptions { Run = "template" }).ApplyAsync(session, ct);
                var fingerprint = await SchemaFingerprint.ComputeAsync(session.Connection, ct: ct);
                output.Results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}  {report.HeadAfter ?? "-"}  {fingerprint.Hash}  {fingerprint.Objects.Count} objects"));
                if (parsed.GetValue(expect) is { } expected && !string.Equals(expected, fingerprint.Hash, StringComparison.OrdinalIgnoreCase)) code = ExitCode.Drifted;
            }

            return code;
        });
        return command;
    }
}
