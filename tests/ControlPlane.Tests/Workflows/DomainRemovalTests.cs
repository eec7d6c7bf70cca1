using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Tenants.Domains;
using ControlPlane.Tests.Domains;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Workflows;

public sealed class DomainRemovalTests(WorkflowWorld world, DomainWorld domains) : WorkflowContract<DomainRemoval>(world), IClassFixture<DomainWorld>, IAsyncLifetime
{
    public Task InitializeAsync() => domains.PrepareAsync(World);

    public Task DisposeAsync() => domains.AssertInStepAsync();

    protected override async Task<Guid> ArrangeAsync()
    {
        var domain = await domains.ServeAsync();
        return await World.AddAsync<DomainRemoval>(domain.Id, domain.Name, new { });
    }

    protected override async Task AssertDoneAsync(Operation operation)
    {
        (await World.ReadAsync(db => db.Domains.AnyAsync(d => d.Name == operation.Subject))).ShouldBeFalse();
        (await World.Get<RouteReader>().ReadAllAsync(servers: null, CancellationToken.None)).Routes.SelectMany(r => r.Domains).ShouldNotContain(operation.Subject);
    }
}
