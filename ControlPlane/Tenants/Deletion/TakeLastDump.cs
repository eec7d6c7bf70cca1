using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Start;
using ControlPlane.Tenants.Databases;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tenants.Deletion;

/// <summary>Dumps the closed database to a file that is kept until the grace time ends.</summary>
public sealed class TakeLastDump(ServerConnections servers, ControlPlaneSettings settings) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromHours(1);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var place = await TenantPlace.LoadAsync(step, servers, ct);
        Directory.CreateDirectory(settings.DumpsFolder);
        var file = Path.Combine(settings.DumpsFolder, $"{place.Name.Database}.dump");
        await place.Postgres.DumpAsync(place.Name, file, ct);
        await step.WriteAsync(
            db => db.Tenants.Where(t => t.Id == step.SubjectId).ExecuteUpdateAsync(t => t.SetProperty(x => x.LastDump, file), ct), ct);
        step.Log($"Last dump: {new FileInfo(file).Length:N0} bytes.");
        return StepResult.Done;
    }
}
