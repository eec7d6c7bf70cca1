using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using Npgsql;
using Provisioner.Ssh;

namespace ControlPlane.Servers.Machines;

/// <summary>How the control plane logs in to its machines: one key pair for all of them, and a pinned host key for each.</summary>
public sealed class MachineAccess(NpgsqlDataSource catalog, SecretBox secrets, HostKeyAlarm alarm, Installation installation)
{
    /// <summary>The user that configures machines.</summary>
    public const string AdminUser = "controlplane";

    private volatile SshKeyPair? key;

    /// <summary>Made when it is first needed, once for all nodes.</summary>
    public async Task<SshKeyPair> KeyAsync(CancellationToken ct)
    {
        if (key is { } known)
        {
            return known;
        }

        var place = SecretPlaces.InstallationSshKey(installation.Id);
        var made = await SshKeyPair.GenerateAsync(ct);
        await using var command = catalog.CreateCommand("""
            update installation
            set ssh_secret = case when ssh_public_key is null then @secret else ssh_secret end, ssh_public_key = coalesce(ssh_public_key, @public)
            returning ssh_public_key, ssh_secret
            """);
        command.Parameters.AddWithValue("secret", secrets.Protect(made.RevealPrivateKey(), place));
        command.Parameters.AddWithValue("public", made.PublicKey);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return key = SshKeyPair.From(row.GetString(0), secrets.Unprotect(row.GetString(1), place));
    }

    /// <summary>Where a machine is and which keys it may show.</summary>
    public static SshTarget TargetOf(Machine machine) => new()
    {
        Alias = machine.Name, Address = machine.Address!, User = AdminUser, HostKeys = machine.HostKeys,
    };

    /// <summary>Logs in.</summary>
    /// <exception cref="SshUnreachableException">Transient.</exception>
    /// <exception cref="HostKeyChangedException">Somebody else answers; it is a finding from then on.</exception>
    public async Task<SshConnection> OpenAsync(Machine machine, CancellationToken ct)
    {
        var own = await KeyAsync(ct);
        return await alarm.WatchAsync(machine, () => SshConnection.OpenAsync(TargetOf(machine), own, ct), ct);
    }

    /// <summary>The key pair that it gets for its first boot.</summary>
    public SshKeyPair FirstHostKeyOf(Machine machine) =>
        SshKeyPair.From(machine.HostKeys[0], secrets.Unprotect(machine.HostKeySecret, SecretPlaces.MachineHostKey(machine.Id)));

    /// <summary>A secret: the password of the control plane's role in its PostgreSQL.</summary>
    public string DatabasePasswordOf(Machine machine) => secrets.Unprotect(machine.DatabaseSecret, SecretPlaces.MachineDatabase(machine.Id));
}
