using Provisioner.Moves;
using Provisioner.Postgres;

namespace Provisioner.Tests.Moves;

/// <summary>A tenant that rests while its database goes to another server by a dump, as the steps of such a move do it.</summary>
public sealed class DumpedTenant(MoveWorld world, MovingTenant tenant) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public MovingTenant Tenant => tenant;

    public string Before => tenant.Before;

    public string After => tenant.After;

    public static async Task<DumpedTenant> CreateAsync(MoveWorld world, string schema) => new(world, await world.CreateAsync(schema));

    /// <summary>From here on nobody but the control plane gets in.</summary>
    public async Task RestAsync(long epoch = 1)
    {
        await tenant.From.PrepareAsync(default);
        await tenant.From.FreezeAsync(default);
        await tenant.From.ShutAsync(Guid.CreateVersion7(), tenant.Worker(epoch), Limit, default);
    }

    public async Task MakeTargetAsync()
    {
        await world.Target.CreateRolesAsync(tenant.To.Name, tenant.NewPassword, new TenantRoleLimits(), default);
        await world.Target.CreateDatabaseAsync(tenant.To.Name, TemplateName.Empty, Guid.CreateVersion7(), default);
        await tenant.To.PrepareAsync(default);
    }

    public async Task CopyAsync(long epoch = 1)
    {
        foreach (var side in new[] { tenant.From, tenant.To })
        {
            await side.ShutAsync(Guid.CreateVersion7(), tenant.Worker(epoch), Limit, default);
            await side.AdmitOwnerAsync(tenant.Worker(epoch), default);
        }

        await tenant.Schema.CopySettingsAsync(default);
        await tenant.Schema.CopyTablesAsync(default, keys: false);
        await tenant.Schema.CopyRowsAsync(default);
        await tenant.Schema.CopyRestAsync(default, keys: true);
        await tenant.Schema.RefreshAsync(default);
    }

    /// <summary>Of both places as they are now, shut.</summary>
    public async Task<ComparisonReport> CompareAsync(long epoch = 1)
    {
        await tenant.From.ShutAsync(Guid.CreateVersion7(), tenant.Worker(epoch), Limit, default);
        await tenant.To.ShutAsync(Guid.CreateVersion7(), tenant.Worker(epoch), Limit, default);
        await using var source = await DatabaseSnapshot.TakeAsync(world.Source, tenant.From.Name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(world.Target, tenant.To.Name, default);
        return await RowComparison.CompareAsync(source, target, null, default);
    }

    public Task OpenAsync(MoveSide side, long epoch = 1) => side.OpenAsync(tenant.Worker(epoch), default);

    public ValueTask DisposeAsync() => tenant.DisposeAsync();
}
