using ControlPlane.Operations;
using ControlPlane.Servers;
using Migrator.Databases;
using Migrator.Fleet;

namespace ControlPlane.Fleet;

/// <summary>Which databases a run goes over, and how.</summary>
/// <param name="Tenants">Only these; null is all.</param>
/// <param name="Server">Only the databases of this one.</param>
/// <param name="Rings">Only the tenants of these.</param>
/// <param name="To">Last version to apply; null is the newest. Of a correction: the version it leads to.</param>
/// <param name="Parallel">Databases at once in all.</param>
/// <param name="PerServer">Databases at once on one server.</param>
/// <param name="MaxFailures">
/// How many may fail before the run stops: <c>5</c> or <c>2%</c>. Null is the usual budget: none of the canaries, then 3 or 1 %.
/// </param>
/// <param name="LockTimeout">Milliseconds that a statement first waits for a lock.</param>
/// <param name="OnlyFailed">Only what did not end well the last time.</param>
/// <param name="Correction">What to do, where nothing is to be migrated.</param>
/// <param name="ForgetMissing">Of a repair: also forget versions that have no file.</param>
/// <param name="AllowOutOfOrder">Also apply what is older than the newest that a database has.</param>
/// <param name="AllowMissing">Accept databases that have versions without a file.</param>
/// <param name="DryRun">Of a correction: only look what it would do.</param>
/// <param name="Release">Number of the release of the application's migrations that the control plane knew which was asked.</param>
public sealed record FleetRequest(
    IReadOnlyList<string>? Tenants = null,
    string? Server = null,
    IReadOnlyList<int>? Rings = null,
    string? To = null,
    int? Parallel = null,
    int? PerServer = null,
    string? MaxFailures = null,
    int? LockTimeout = null,
    bool OnlyFailed = false,
    Correction? Correction = null,
    bool ForgetMissing = false,
    bool AllowOutOfOrder = false,
    bool AllowMissing = false,
    bool DryRun = false,
    int? Release = null)
{
    /// <summary>What failed before is no news, so it stops nothing but by the budget.</summary>
    internal bool HasCanaries => MaxFailures is null && !OnlyFailed;

    /// <summary>While control planes are replaced one by one, a run is not for those whose release knows less. Null where this one may go on.</summary>
    internal StepResult? WaitForRelease(ApplicationSchema schema) => Release is { } asked && !schema.StandsInFor.Contains(asked)
        ? StepResult.WaitFor(TimeSpan.FromSeconds(2), $"This control plane knows release {schema.Release} of the application's migrations, up to {schema.Head}; one that knows all of release {asked} must go on.")
        : null;

    internal MigratorOptions Migrating(Guid operation)
    {
        var standard = new MigratorOptions { Run = $"operation {operation}", To = To, AllowOutOfOrder = AllowOutOfOrder, AllowMissing = AllowMissing };
        return LockTimeout is { } milliseconds
            ? standard with { LockTimeout = TimeSpan.FromMilliseconds(milliseconds), MaxLockTimeout = TimeSpan.FromMilliseconds(Math.Max(milliseconds, standard.MaxLockTimeout.TotalMilliseconds)) }
            : standard;
    }

    /// <param name="total">How many databases there are.</param>
    /// <param name="isReading">A run that changes nothing looks at every database, whatever it finds.</param>
    internal FleetOptions Going(long total, bool isReading)
    {
        var standard = new FleetOptions();
        return standard with
        {
            Total = total,
            Parallel = Parallel ?? standard.Parallel,
            PerServer = PerServer ?? standard.PerServer,

            // They are marked.
            Canaries = 0,
            MaxFailures = isReading ? new FailureLimit(0, 100) : MaxFailures is { } limit ? FailureLimit.Parse(limit)! : standard.MaxFailures,
        };
    }
}
