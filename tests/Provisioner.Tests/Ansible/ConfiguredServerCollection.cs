namespace Provisioner.Tests.Ansible;

/// <summary>Tests that share one machine on which everything is set up.</summary>
[CollectionDefinition(Name)]
public sealed class ConfiguredServerCollection : ICollectionFixture<ConfiguredServer>
{
    public const string Name = "configured server";
}
