using ControlPlane.Catalog;
using ControlPlane.Start;
using Npgsql;
using Provisioner;
using Provisioner.Acme;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Servers;
using Provisioner.Ssh;

namespace ControlPlane.Servers.Machines;

/// <summary>Virtual machines of the Hetzner Cloud, configured by the playbook <c>site.yml</c>.</summary>
public sealed class HetznerMachines(
    HetznerClient hetzner, CloudBasics basics, MachineAccess access, MachinePlaybook playbook, HostKeyAlarm alarm, MachineEdge edge, CloudServerRemoval removal, MachineSettings settings, Installation installation) : IMachineProvider
{
    /// <summary>For one look; whoever waits looks again.</summary>
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(5);

    public IReadOnlyList<ServerChoice> Choices(string? region) => [.. settings.RankedChoices.Where(c => region is null || c.Location == region)];

    public async Task<MachinePrice?> PriceAsync(ServerChoice choice, CancellationToken ct)
    {
        var prices = (await basics.GetAsync(ct)).Prices;
        return prices.OfServer(choice.ServerType, choice.Location) is { } server
            ? new MachinePrice(
                server.PriceMonthly.Net + (prices.OfPrimaryIp("ipv4", choice.Location)?.PriceMonthly.Net ?? 0),
                server.PriceHourly.Net + (prices.OfPrimaryIp("ipv4", choice.Location)?.PriceHourly.Net ?? 0),
                prices.Currency)
            : null;
    }

    public async Task<MachineOrder> OrderAsync(Machine machine, long? image, Action<string> say, CancellationToken ct)
    {
        var (key, firewall, _) = await basics.GetAsync(ct);
        var choices = machine.Choices.Select(c => MachineSettings.ReadChoice(c)!).ToList();
        foreach (var choice in choices)
        {
            say(await PriceAsync(choice, ct) is { } each ? $"{choice} costs {each}." : $"{choice} is not sold.");
        }

        var config = new CloudConfig
        {
            AdminUser = MachineAccess.AdminUser,
            AdminKeys = [(await access.KeyAsync(ct)).PublicKey],
            HostKey = access.FirstHostKeyOf(machine),
        };
        var request = new ServerRequest
        {
            Name = machine.Name,
            Image = image is { } snapshot ? $"{snapshot}" : settings.Image,
            Choices = choices,
            SshKeys = [$"{key}"],
            Firewalls = [firewall],
            UserData = config.ToUserData(),
        };
        var made = await hetzner.Servers.EnsureAsync(request, OwnerOf(machine), ct);
        var server = made.Object;
        var bought = new ServerChoice(server.ServerType.Name!, server.Location.Name!);
        var address = server.PublicNet.Ipv4?.Ip ?? throw new ProvisioningException("no_address", $"Machine {machine.Name} got no IPv4 address. Look at it in the console.");
        say($"{(made.Adopted ? "Found" : "Ordered")} {bought} as {machine.Name} at {address}.");
        return new MachineOrder(server.Id, bought, address, await PriceAsync(bought, ct), [.. made.Actions.Where(a => a.IsRunning).Select(a => a.Id)]);
    }

    public async Task AwaitAsync(Machine machine, MachineOrder order, Action<string> say, CancellationToken ct)
    {
        await hetzner.Actions.WaitAsync(order.Actions, ct);
        say("Hetzner has made it; it boots.");

        // While it was made it was locked. What this comes to is looked at by the reconciler.
        await hetzner.Servers.ProtectAsync(machine.CloudId!.Value, protect: true, ct);
        var key = await access.KeyAsync(ct);
        await using var connection = await alarm.WatchAsync(machine, () => SshConnection.OpenWhenUpAsync(MachineAccess.TargetOf(machine), key, BootLimit, ct), ct);
        say("It lets us in; its first boot goes on.");
        await connection.WaitForFirstBootAsync(ct, Hear);

        void Hear(string line)
        {
            // Between its stages it says a lot that is of use to nobody who waits.
            if (line.StartsWith("Cloud-init", StringComparison.Ordinal))
            {
                say(line);
            }
        }
    }

    public async Task<string?> MakeHostKeyAsync(Machine machine, CancellationToken ct)
    {
        await using var connection = await access.OpenAsync(machine, ct);
        return await HostKeyRotation.PrepareAsync(connection, ct);
    }

    public async Task UseHostKeyAsync(Machine machine, CancellationToken ct)
    {
        await using var connection = await access.OpenAsync(machine, ct);
        await HostKeyRotation.ActivateAsync(connection, ct);
    }

    public Task ConfigureAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) => playbook.RunAsync(machine, setup, say, ct);

    public async Task LetInAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct)
    {
        await basics.EnsureFirewallAsync(ct);
        await playbook.LetInAsync(machine, setup, say, ct);
    }

    public async Task<MachineDatabase> FindDatabaseAsync(Machine machine, CancellationToken ct)
    {
        const string Certificate = "/etc/postgresql/controlplane/server.crt";
        await using var connection = await access.OpenAsync(machine, ct);
        var read = await connection.RunAsync(new RemoteCommand("cat", Certificate) { AsRoot = true }, ct);
        var address = new NpgsqlConnectionStringBuilder
        {
            Host = machine.Address,
            Port = 5432,
            Database = "postgres",
            Username = MachinePlaybook.DatabaseAdmin,
            Password = access.DatabasePasswordOf(machine),
            SslMode = SslMode.VerifyCA,
        };
        return new MachineDatabase(address.ConnectionString, read.OrThrow($"{machine.Name} has no PostgreSQL certificate; configure it anew").Output);
    }

    public IChallengeSolver ChallengesOn(Machine machine) => edge.ChallengesOn(machine);

    public Task ShowDomainAsync(Machine machine, ServerCertificate certificate, Action<string> say, CancellationToken ct) => edge.ShowAsync(machine, certificate, say, ct);

    public Task HideDomainAsync(Machine machine, string domain, Action<string> say, CancellationToken ct) => edge.HideAsync(machine, domain, say, ct);

    /// <summary>Its id may have been lost with the answer, its name never is.</summary>
    public Task RemoveAsync(Machine machine, Action<string> say, CancellationToken ct) => removal.RemoveAsync(machine.Name, machine.Id, say, ct);

    public async Task<long?> TakeImageAsync(Machine machine, Guid image, Action<string> say, CancellationToken ct)
    {
        var id = machine.CloudId!.Value;
        if (await hetzner.Images.FindSnapshotAsync(OwnerOf(image), ct) is null)
        {
            // Nobody can log in to it any more once this is done, so a second attempt goes by whether it is off.
            if ((await hetzner.Servers.FindAsync(id, ct))?.Status != HetznerServerStatus.Off)
            {
                await playbook.PrepareImageAsync(machine, say, ct);
                await hetzner.Actions.WaitAsync(await hetzner.Servers.PowerOffAsync(id, ct), ct);
            }
        }

        say("It is off; the snapshot is taken.");
        var made = await hetzner.Servers.EnsureSnapshotAsync(id, $"{machine.Name} {image:N}", new Dictionary<string, string>(StringComparer.Ordinal), OwnerOf(image), hetzner.Images, ct);
        await hetzner.Actions.WaitAsync(made.Actions, ct);
        return made.Object.Id;
    }

    public async Task RemoveImageAsync(Guid image, CancellationToken ct)
    {
        if (await hetzner.Images.FindSnapshotAsync(OwnerOf(image), ct) is { } found)
        {
            await hetzner.Actions.WaitAsync(await hetzner.Images.DeleteAsync(found.Id, ct), ct);
        }
    }

    private Ownership OwnerOf(Machine machine) => OwnerOf(machine.Id);

    private Ownership OwnerOf(Guid id) => new(installation.Id.ToString("N"), id);
}
