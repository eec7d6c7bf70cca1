using Support.Hosts;

namespace HetznerSimulator.Tests.Hosts;

/// <summary>Tests that share one machine.</summary>
[CollectionDefinition(Name)]
public sealed class RealServerCollection : ICollectionFixture<RealServer>
{
    public const string Name = "real server";
}
