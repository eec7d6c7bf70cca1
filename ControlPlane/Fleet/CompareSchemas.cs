using ControlPlane.Operations;
using ControlPlane.Problems;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Migrator.Databases;
using Migrator.Fingerprints;
using Migrator.Fleet;

namespace ControlPlane.Fleet;

/// <summary>
/// Compares every database that is noted to have the newest schema with the template's. Those that are behind differ by design.
/// Privileges are left out: a tenant's login has some by design, and the reconciler looks at roles.
/// </summary>
public sealed class CompareSchemas(FleetRun run, ServerConnections servers) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override Task<StepResult> RunAsync(StepContext step, CancellationToken ct) => run.GoAsync(
        step,
        FleetWorkKind.Drift,
        async (_, wanted) =>
        {
            var expected = await ExpectedAsync(step, wanted, ct);
            return (target, session, token) => CompareAsync(expected, target, session, token);
        },
        ct);

    private async Task<SchemaFingerprint> ExpectedAsync(StepContext step, WantedSchema wanted, CancellationToken ct)
    {
        var template = await step.ReadAsync(
            db => db.Templates.Where(t => t.SchemaVersion == wanted.Version).OrderBy(t => t.CreatedAt).FirstOrDefaultAsync(ct), ct)
            ?? throw new ProblemException(
                409, "no_template", $"No server has a template for {wanted.Version} to compare with.", "Look at the servers with: ctl doctor; then search again.");
        var admin = await servers.ReadAdminConnectionAsync(template.ServerId, ct);
        var fingerprint = await SchemaReference.ReadAsync(admin, template.Database, TemplateStore.NameOf(template).Owner!, step.OperationId.ToString("N"), ct);
        return fingerprint.WithoutPrivileges();
    }

    private static async Task<TargetResult> CompareAsync(SchemaFingerprint expected, FleetTarget target, DatabaseSession session, CancellationToken ct)
    {
        var roles = new TenantRoles(session.Owner?.Name, Login: session.Connection.Database);
        var actual = (await SchemaFingerprint.ComputeAsync(session.Connection, roles, ct)).WithoutPrivileges();
        var differences = SchemaDifference.Between(expected, actual);
        return new TargetResult
        {
            Target = target.Name,
            State = differences.Count == 0 ? TargetState.Done : TargetState.Drifted,
            Differences = [.. differences.Select(d => d.ToString().ReplaceLineEndings(" "))],
        };
    }
}
