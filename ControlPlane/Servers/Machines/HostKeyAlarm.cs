using ControlPlane.Catalog;
using Provisioner.Ssh;

namespace ControlPlane.Servers.Machines;

/// <summary>A machine that shows another host key than its own is a finding until it shows its own again.</summary>
public sealed class HostKeyAlarm(Findings findings)
{
    public const string Kind = "host_key_changed";

    /// <summary>Talks with the machine over SSH.</summary>
    /// <exception cref="HostKeyChangedException">Somebody else answers; nothing was sent.</exception>
    public async Task<T> WatchAsync<T>(Machine machine, Func<Task<T>> talk, CancellationToken ct)
    {
        try
        {
            var said = await talk();
            await findings.ResolveAsync(Kind, machine.Name, ct);
            return said;
        }
        catch (HostKeyChangedException changed)
        {
            await findings.ReportAsync(Kind, machine.Name, changed.Message, "Compare /etc/ssh/ssh_host_ed25519_key.pub in the provider's console with the pinned key. Nothing is done on the server until it shows that key again.", ct, machine.Id);
            throw;
        }
    }
}
