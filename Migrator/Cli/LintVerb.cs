using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Migrator.Databases;
using Migrator.Fleet;
using Migrator.Lint;
using Npgsql;

namespace Migrator.Cli;

/// <summary>The verb that rehearses migrations on a throw-away database.</summary>
internal static class LintVerb
{
    public static Command Create(Output output)
    {
        var sources = new SourceOptions();
        var server = new Option<string?>("--server") { Description = $"Connection string of a login that may create databases and roles; default is ${TargetOptions.Variable}" };
        var template = new Option<string?>("--template", "--clone-of") { Description = "Database to clone: a template, or a copy of one tenant for real sizes. Default: begin empty" };
        var from = new Option<string?>("--from") { Description = "Apply everything up to this version without a report" };
        var format = new Option<OutputFormat>("--format") { Description = "text, or json: a line per migration", DefaultValueFactory = _ => OutputFormat.Text };
        var command = new Command("lint", "Run migrations on a throw-away database and report what PostgreSQL did. Exit 1 when something dangerous is not allowed.") { server, template, from, format };
        sources.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var login = parsed.GetValue(server) ?? Environment.GetEnvironmentVariable(TargetOptions.Variable)
                ?? throw new MigrationException(MigrationError.Source, $"No server is named. Use --server CONNECTION or the variable {TargetOptions.Variable}.");
            var admin = new NpgsqlConnectionStringBuilder(login) { Pooling = false };
            var reports = await new Rehearsal(sources.Read(parsed), new MigratorOptions { Run = "lint" }).RunAsync(admin.ConnectionString, parsed.GetValue(template), parsed.GetValue(from), ct);
            foreach (var report in reports)
            {
                if (parsed.GetValue(format) == OutputFormat.Json) output.Results.WriteLine(JsonSerializer.Serialize(report, JournalJson.Default.LintReport));
                else Write(output.Results, report);
            }

            return reports.Any(report => report.Findings.Any(finding => finding.Allowed is null)) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static void Write(TextWriter output, LintReport report)
    {
        var verdict = report.Findings.Count == 0 ? "harmless" : report.Findings.All(finding => finding.Allowed is not null) ? "allowed" : "DANGEROUS";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict,-9} {report.Migration}  {report.Took.TotalMilliseconds:0} ms"));
        foreach (var seen in report.Locks) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"          locks {seen.Table}: {seen.Mode}, {seen.Held.TotalMilliseconds:0} ms"));
        foreach (var finding in report.Findings) output.WriteLine($"          {finding}");
    }
}
