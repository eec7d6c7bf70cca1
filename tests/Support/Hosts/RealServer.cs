using System.Net;
using HetznerSimulator.Hosts;
using Provisioner.Ssh;
using Xunit;

namespace Support.Hosts;

/// <summary>A real Debian machine that several tests share, set up at its first boot as the control plane sets up its servers.</summary>
public sealed class RealServer : IAsyncLifetime
{
    /// <summary>Generous: ten machines may boot at once on two cores.</summary>
    public static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(3);

    private long lastId;

    public RealHosts Hosts { get; private set; } = null!;

    /// <summary>Our own key, for the user <c>keeper</c>.</summary>
    public SshKeyPair Key { get; private set; } = null!;

    /// <summary>The shared machine, its injected host key pinned.</summary>
    public SshTarget Target { get; private set; } = null!;

    /// <summary>The shared machine's id.</summary>
    public long Id { get; private set; }

    public async Task InitializeAsync()
    {
        if (await HostRequirements.WhyNotAsync(CancellationToken.None) is not null)
        {
            return;
        }

        Hosts = await RealHosts.StartAsync(CancellationToken.None);
        Key = await SshKeyPair.GenerateAsync(CancellationToken.None);
        (Id, Target) = await BootAsync("shared", HostImage.System("debian-12"));
    }

    public async Task DisposeAsync()
    {
        if (Hosts is not null)
        {
            await Hosts.DisposeAsync();
        }
    }

    /// <summary>Boots another machine; returns when it boots.</summary>
    /// <param name="change">Changes what it is told for its first boot.</param>
    public async Task<(long Id, SshTarget Target)> BootAsync(string name, HostImage image, Func<CloudConfig, CloudConfig>? change = null)
    {
        var hostKey = await SshKeyPair.GenerateAsync(CancellationToken.None);
        var config = new CloudConfig { AdminUser = "keeper", AdminKeys = [Key.PublicKey], HostKey = hostKey };
        var id = Interlocked.Increment(ref lastId);
        IPAddress address = Hosts.TakeAddress();
        await Hosts.CreateAsync(
            new HostRequest { Id = id, Name = name, Image = image, Address = address, UserData = (change?.Invoke(config) ?? config).ToUserData() },
            CancellationToken.None);
        return (id, new SshTarget { Alias = name, Address = $"{address}", User = "keeper", HostKeys = [hostKey.PublicKey] });
    }

    /// <summary>Logs in to the shared machine, or another one, as soon as it is up.</summary>
    public Task<SshConnection> OpenAsync(SshTarget? target = null) =>
        SshConnection.OpenWhenUpAsync(target ?? Target, Key, BootLimit, CancellationToken.None);
}
