using Support.Hosts;

namespace Provisioner.Tests.Ssh;

/// <summary>Tests that share one machine.</summary>
[CollectionDefinition(Name)]
public sealed class RealServerCollection : ICollectionFixture<RealServer>
{
    public const string Name = "real server";
}
