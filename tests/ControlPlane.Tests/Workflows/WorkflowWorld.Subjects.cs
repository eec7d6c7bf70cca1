using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;
using ControlPlane.Tenants.Deletion;
using ControlPlane.Tenants.Moving;
using ControlPlane.Tenants.Onboarding;
using ControlPlane.Tenants.WarmDatabases;

namespace ControlPlane.Tests.Workflows;

/// <summary>Whom operations are about, in the states that they are found in.</summary>
public sealed partial class WorkflowWorld
{
    private int tenants;

    /// <summary>A tenant that has just been asked for.</summary>
    public async Task<Tenant> NewTenantAsync()
    {
        var tenant = new Tenant { Slug = $"tenant-{Interlocked.Increment(ref tenants)}", Plan = "starter", Tier = Tier.Shared, Region = Region };
        await ChangeAsync(db => db.Tenants.Add(tenant));
        return tenant;
    }

    /// <summary>A tenant that has just been asked for where a warm database is at hand.</summary>
    public async Task<Tenant> NewTenantOnWarmDatabaseAsync()
    {
        await StockAsync();
        await using var db = await OpenCatalogAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var warm = (await Get<Placement>().FindWarmAsync(db, Tier.Shared, Region, CancellationToken.None))!;
        var tenant = new Tenant
        {
            Id = warm.MadeFor!.Value, Slug = $"tenant-{Interlocked.Increment(ref tenants)}", Plan = "starter", Tier = Tier.Shared, Region = Region,
        };
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync();
        warm.ReserveFor(tenant.Id);
        tenant.DatabaseId = warm.Id;
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return tenant;
    }

    /// <summary>A tenant that has just been asked for, with a machine of its own.</summary>
    public async Task<Tenant> NewDedicatedTenantAsync()
    {
        var tenant = new Tenant { Slug = $"tenant-{Interlocked.Increment(ref tenants)}", Plan = "enterprise", Tier = Tier.Dedicated, Region = RegisterEmbeddedServer.Region };
        await ChangeAsync(db => db.Tenants.Add(tenant));
        return tenant;
    }

    /// <summary>A tenant that has moved to the second server and may go back.</summary>
    public async Task<(Tenant Tenant, Guid Move)> MoveAsync()
    {
        var tenant = await OnboardAsync();
        await OnServerAsync("insert into notes (text) values ('written here')", await DatabaseOfAsync(tenant.Id));
        return (tenant, await FinishAsync<TenantMove>(tenant.Id, tenant.Slug, new TenantMove.Request(await SecondServerAsync())));
    }

    /// <summary>Puts into its database what replication cannot carry.</summary>
    public Task FillForDumpAsync(Tenant tenant) => AsOwnerAsync(
        tenant,
        """
        create unlogged table cache (id int primary key, value text);
        insert into cache values (1, 'hot');
        insert into notes (text) select 'note ' || n from generate_series(1, 100) n;
        select lo_from_bytea(4711, 'large');
        """);

    /// <summary>Does something in a tenant's database on the first server as a migration would.</summary>
    public async Task AsOwnerAsync(Tenant tenant, string sql)
    {
        var database = await DatabaseOfAsync(tenant.Id);
        await OnServerAsync($"set role \"o_{database[2..]}\"; {sql}", database);
    }

    /// <summary>Gives its way back up: a server has only so many slots for them.</summary>
    public Task EndMoveAsync(Tenant tenant, Guid move) => FinishAsync<MoveCompletion>(tenant.Id, tenant.Slug, new OfMove(move));

    /// <summary>A machine that has just been asked for.</summary>
    public async Task<Machine> NewMachineAsync()
    {
        Machine machine = null!;
        await ChangeAsync(db => machine = Get<NewMachine>().Add(db, Tier.Dedicated, RegisterEmbeddedServer.Region, tenant: null));
        return machine;
    }

    /// <summary>A machine that waits for somebody.</summary>
    public async Task<Machine> ProvisionAsync()
    {
        var machine = await NewMachineAsync();
        await FinishAsync<ServerProvisioning>(machine.Id, machine.Name, new { });
        return machine;
    }

    /// <summary>A tenant that is served.</summary>
    public async Task<Tenant> OnboardAsync()
    {
        var tenant = await NewTenantAsync();
        await FinishAsync<TenantOnboarding>(tenant.Id, tenant.Slug, new { });
        return await TenantAsync(tenant.Id);
    }

    /// <summary>A tenant that was served and can be restored.</summary>
    public async Task<Tenant> DeleteAsync(Tenant tenant)
    {
        await FinishAsync<TenantDeletion>(tenant.Id, tenant.Slug, new TenantDeletion.Request(TimeSpan.FromHours(1)));
        return await TenantAsync(tenant.Id);
    }

    public Task StockAsync() => FinishAsync<WarmDatabaseCreation>(Guid.CreateVersion7(), "warm database", new WarmDatabaseCreation.Request(Server));

    private async Task<Guid> FinishAsync<TWorkflow>(Guid subject, string name, object input)
        where TWorkflow : Workflow
    {
        var wanted = Mishap;
        Mishap = None;
        var ended = await RunAsync(await AddAsync<TWorkflow>(subject, name, input));
        ended.State.ShouldBe(OperationState.Done, ended.Error);
        Mishap = wanted;
        return ended.Id;
    }
}
