using System.CommandLine;
using Migrator.Databases;
using Migrator.Fingerprints;
using Migrator.Fleet;
using Migrator.Sources;
using Npgsql;

namespace Migrator.Cli;

/// <summary>The verbs that go over a list of databases.</summary>
internal static class FleetVerbs
{
    private static readonly Option<string?> To = new("--to") { Description = "Version to go back to; \"all\" takes everything back. Default: take back the newest one" };
    private static readonly Option<string> Baseline = new("--to") { Description = "Version whose schema the databases have", Required = true };
    private static readonly Option<bool> ForgetMissing = new("--forget-missing") { Description = "Also remove rows of versions that have no file" };
    private static readonly Option<string> Template = new("--template") { Description = "Connection string of the database that has the expected schema", Required = true };

    private static readonly Option<bool> Privileges = new("--privileges") { Description = "Compare owners and privileges too; the template must then have what a tenant's login has, under a login named as the database" };

    public static IEnumerable<Command> All(Output output) =>
    [
        Verb(output, "plan", "Show what apply would do to each database, and change nothing. Exit 3 when something is pending.", writes: false, all: true, [], (_, migrations, options, _) =>
            Check(WithoutVerify(migrations), options)),
        Verb(output, "apply", "Bring every database to the newest version (or --to).", writes: true, all: false, [], (_, migrations, options, _) =>
            Prepare(new DatabaseMigrator(migrations, options).ApplyAsync, migrations, options)),
        Verb(output, "status", "Show at which version each database is. Exit 3 when something is pending.", writes: false, all: true, [], (_, migrations, options, _) =>
            Check(WithoutVerify(migrations), options)),
        Verb(output, "verify", "Check each database's history against the files and run the .verify.sql queries of what is applied.", writes: false, all: false, [], (_, migrations, options, _) =>
            Check(migrations, options)),
        Verb(output, "down", "Take migrations back with their .down.sql scripts, newest first.", writes: true, all: true, [To], (parsed, migrations, options, _) =>
            Work(new MigrationRevert(migrations, options, parsed.GetValue(To) is "all" ? "" : parsed.GetValue(To)).RunAsync, migrations, options, leavesPending: true)),
        Verb(output, "baseline", "Declare that databases made by other means have everything up to --to. Runs no migration.", writes: true, all: true, [Baseline], (parsed, migrations, options, _) =>
            Work(new HistoryBaseline(migrations, options, parsed.GetValue(Baseline)!).RunAsync, migrations, options)),
        Verb(output, "repair", "Accept edited files as they are now. Changes the history only, no schema.", writes: true, all: true, [ForgetMissing], (parsed, migrations, options, _) =>
            Work(new HistoryRepair(migrations, options, parsed.GetValue(ForgetMissing)).RunAsync, migrations, options)),
        Verb(output, "drift", "Compare each database's schema with the template's, object by object. Exit 4 when one differs.", writes: false, all: false, [Template, Privileges], DriftAsync),
    ];

    private static Command Verb(Output output, string name, string description, bool writes, bool all, Option[] own, FleetVerb.Prepare prepare) =>
        new FleetVerb(name, description, writes, all, output, own, prepare).Command;

    private static Task<FleetVerb.Prepared> Check(IReadOnlyList<Migration> migrations, MigratorOptions options)
    {
        var check = new MigrationCheck(migrations, options);
        return Task.FromResult(new FleetVerb.Prepared(Reporting(check.RunAsync, migrations, options, leavesPending: false), check.ReadsHistoriesOnly));
    }

    /// <param name="leavesPending">What is pending afterwards is what was asked for.</param>
    private static Task<FleetVerb.Prepared> Work(
        Func<NpgsqlConnection, OwnerRole?, CancellationToken, Task<DatabaseReport>> work,
        IReadOnlyList<Migration> migrations,
        MigratorOptions options,
        bool leavesPending = false) =>
        Prepare((session, ct) => work(session.Connection, session.Owner, ct), migrations, options, leavesPending);

    private static Task<FleetVerb.Prepared> Prepare(
        Func<DatabaseSession, CancellationToken, Task<DatabaseReport>> work, IReadOnlyList<Migration> migrations, MigratorOptions options, bool leavesPending = false) =>
        Task.FromResult(new FleetVerb.Prepared(Reporting(work, migrations, options, leavesPending)));

    private static FleetWork Reporting(Func<DatabaseSession, CancellationToken, Task<DatabaseReport>> work, IReadOnlyList<Migration> migrations, MigratorOptions options, bool leavesPending)
    {
        var beyond = migrations.Where(m => IsBeyond(m, options.To)).Select(m => m.Id).ToHashSet(StringComparer.Ordinal);
        return async (target, session, ct) =>
        {
            var report = await work(session, ct);

            // In a dry run, whatever would be done is pending.
            report = options.DryRun ? report with { Pending = [.. report.Applied.Select(a => a.Version), .. report.Pending], Applied = [] } : report;
            report = report with { Pending = [.. report.Pending.Where(id => !beyond.Contains(id))] };
            return TargetResult.From(target, report, report.Pending.Count > 0 && (options.DryRun || !leavesPending) ? TargetState.Pending : TargetState.Done);
        };
    }

    /// <summary>Repeatable migrations are made for the newest version.</summary>
    private static bool IsBeyond(Migration migration, string? to) =>
        to is not null && (migration.Kind == MigrationKind.Repeatable || VersionOrder.Instance.Compare(migration.Version, to) > 0);

    private static List<Migration> WithoutVerify(IEnumerable<Migration> migrations) => [.. migrations.Select(m => m with { Verify = null })];

    private static async Task<FleetVerb.Prepared> DriftAsync(ParseResult parsed, IReadOnlyList<Migration> migrations, MigratorOptions options, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(parsed.GetValue(Template)!);
        await using var template = await source.OpenConnectionAsync(ct);
        var withPrivileges = parsed.GetValue(Privileges);
        var expected = await ComputeAsync(template, ct);
        return new(async (target, session, token) =>
        {
            var differences = SchemaDifference.Between(expected, await ComputeAsync(session.Connection, token));
            return new TargetResult
            {
                Target = target.Name,
                State = differences.Count == 0 ? TargetState.Done : TargetState.Drifted,
                Differences = [.. differences.Select(difference => difference.ToString())],
            };
        });

        async Task<SchemaFingerprint> ComputeAsync(NpgsqlConnection connection, CancellationToken token)
        {
            var fingerprint = await SchemaFingerprint.ComputeAsync(connection, new TenantRoles(Login: connection.Database), token);
            return withPrivileges ? fingerprint : fingerprint.WithoutPrivileges();
        }
    }
}
