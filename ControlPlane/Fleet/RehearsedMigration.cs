using System.Text.Json;
using ControlPlane.Api;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;
using Migrator.Lint;

namespace ControlPlane.Fleet;

/// <summary>What the rehearsal of one migration showed.</summary>
/// <param name="IsDangerous">It has a finding that its author did not allow.</param>
/// <param name="Locks">The strongest lock on each table that existed before.</param>
public sealed record RehearsedMigration(
    string Migration, double Milliseconds, bool IsDangerous, IReadOnlyList<RehearsedMigration.Lock> Locks, IReadOnlyList<RehearsedMigration.Finding> Findings)
{
    /// <summary>Keeps what a rehearsal showed with its operation.</summary>
    internal static async Task KeepAsync(StepContext step, IReadOnlyList<LintReport> reports, CancellationToken ct)
    {
        var shown = reports.Select(Of).ToList();
        var text = JsonSerializer.Serialize(shown, ApiJson.Options);
        await step.WriteAsync(
            db => db.Database.ExecuteSqlAsync(
                $"insert into rehearsals (operation_id, report) values ({step.OperationId}, {text}::jsonb) on conflict (operation_id) do update set report = excluded.report", ct), ct);
        step.Log($"{shown.Count} rehearsed, {shown.Count(r => r.IsDangerous)} dangerous.");
    }

    private static RehearsedMigration Of(LintReport report) => new(
        report.Migration,
        report.Took.TotalMilliseconds,
        report.Findings.Any(f => f.Allowed is null),
        [.. report.Locks.Select(l => new Lock(l.Table, l.Mode.ToString(), l.Held.TotalMilliseconds))],
        [.. report.Findings.Select(f => new Finding(f.File, f.Line, f.What, f.SaferWay, f.Allowed))]);

    /// <param name="Milliseconds">How long it was held until the commit.</param>
    public sealed record Lock(string Table, string Mode, double Milliseconds);

    /// <param name="Line">Null when it is about the whole file.</param>
    /// <param name="Allowed">Why its author accepts it; null when nobody did.</param>
    public sealed record Finding(string File, int? Line, string What, string SaferWay, string? Allowed);
}
