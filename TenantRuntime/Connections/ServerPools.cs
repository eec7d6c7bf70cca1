using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using TenantRuntime.Routes;

namespace TenantRuntime.Connections;

/// <summary>One <see cref="ServerPool"/> for each physical server that routes name.</summary>
internal sealed class ServerPools(IOptions<TenantRuntimeOptions> options, DatabaseOpener opener, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, ServerPool> servers = new();
    private readonly Channel<bool> created = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool sharesAreGranted;

    public IEnumerable<ServerPool> All => servers.Values;

    public DatabasePool Open(Route route) => new(Of(route.ServerId), route);

    public ServerPool Of(Guid serverId) =>
        servers.GetOrAdd(serverId, static (id, self) => self.Create(id), this);

    /// <summary>Readable when a server was used for the first time.</summary>
    public ChannelReader<bool> Created => created.Reader;

    /// <summary>From now on a new server is used only when the control plane has granted a share of it.</summary>
    public void SharesAreGranted() => sharesAreGranted = true;

    /// <summary>The control plane leaves budgets to the settings.</summary>
    public async Task SharesAreNotGrantedAsync()
    {
        sharesAreGranted = false;
        foreach (var server in servers.Values)
        {
            await server.ChangeLimitAsync(options.Value.Connections.PerServer);
        }
    }

    private ServerPool Create(Guid id)
    {
        var connections = options.Value.Connections;
        created.Writer.TryWrite(true);
        return new ServerPool(id, connections, sharesAreGranted ? 0 : connections.PerServer, opener, time);
    }
}
