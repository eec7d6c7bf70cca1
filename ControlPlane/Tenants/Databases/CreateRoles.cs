using ControlPlane.Access.Secrets;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Databases;

/// <summary>Creates the owner and the login role; an earlier attempt's roles are found and set right, those of a whole database are left alone.</summary>
public sealed class CreateRoles(ServerConnections servers, SecretBox secrets) : Step
{
    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (TenantPlace.IsKnownWhole(step))
        {
            return StepResult.Done;
        }

        var place = await TenantPlace.LoadAsync(step, servers, ct);
        if (place.IsUnfinished)
        {
            var password = secrets.Unprotect(place.Database.PasswordSecret, SecretPlaces.DatabasePassword(place.Database.Id));
            await place.Postgres.CreateRolesAsync(place.Name, LoginPassword.From(password), new TenantRoleLimits(), ct);
        }

        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (await TenantPlace.FindForUndoAsync(step, servers, ct) is { IsUnfinished: true } place)
        {
            await place.Postgres.DropRolesAsync(place.Name, ct);
        }
    }
}
