using Provisioner.Dns;

namespace Provisioner.Tests.Dns;

/// <summary>A provider with a zone <c>example.com</c>, and what a test does behind its back.</summary>
internal abstract class DnsWorld : IAsyncDisposable
{
    public abstract IDnsProvider Dns { get; }

    /// <summary>Adds an address that nobody marked.</summary>
    public abstract Task AddByHandAsync(string name, string address);

    /// <summary>The next record is made, and its answer does not arrive.</summary>
    public abstract void LoseNextCreation();

    public abstract ValueTask DisposeAsync();
}
