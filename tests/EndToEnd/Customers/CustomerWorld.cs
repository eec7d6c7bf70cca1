using EndToEnd.World;

namespace EndToEnd.Customers;

/// <summary>One system with the tenant application, for everything that customers and operators do while nothing breaks.</summary>
public sealed class CustomerWorld : IAsyncLifetime
{
    public const string Name = "customers";

    public LiveSystem System { get; private set; } = null!;

    public Crm Crm { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        System = await LiveSystem.StartAsync();
        Crm = await System.StartCrmAsync();
    }

    public async Task DisposeAsync()
    {
        Crm.Dispose();
        await System.DisposeAsync();
    }
}

[CollectionDefinition(CustomerWorld.Name)]
public sealed class CustomerCollection : ICollectionFixture<CustomerWorld>;
