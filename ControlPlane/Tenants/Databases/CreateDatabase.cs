using ControlPlane.Operations;
using ControlPlane.Servers;

namespace ControlPlane.Tenants.Databases;

/// <summary>Clones the template and gives the clone to its roles; an earlier attempt's database is found and completed, a whole one is left alone.</summary>
public sealed class CreateDatabase(ServerConnections servers, TemplateStore templates) : Step
{
    public override TimeSpan Deadline => TimeSpan.FromMinutes(10);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (TenantPlace.IsKnownWhole(step))
        {
            return StepResult.Done;
        }

        var place = await TenantPlace.LoadAsync(step, servers, ct);
        if (!place.IsUnfinished)
        {
            return StepResult.Done;
        }

        var template = await templates.EnsureAsync(place.Database.ServerId, ct);
        var name = TemplateStore.NameOf(template);
        await place.Postgres.CreateDatabaseAsync(place.Name, name, place.Database.MadeFor, ct);
        await place.Postgres.GrantAccessAsync(place.Name, name, ct);
        step.Memory["schema"] = template.SchemaVersion;
        step.Log($"Database {place.Name.Database} cloned from {name.Database}.");
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (await TenantPlace.FindForUndoAsync(step, servers, ct) is { IsUnfinished: true } place)
        {
            await place.Postgres.DropDatabaseAsync(place.Name, ct);
        }
    }
}
