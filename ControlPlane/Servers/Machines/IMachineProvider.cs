using ControlPlane.Catalog;
using Provisioner.Acme;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Servers.Machines;

/// <summary>
/// Where machines come from. Each act may be repeated and then finds what an earlier one has made; what is not ours is never
/// touched. Lines said on the way are for whoever watches the operation.
/// </summary>
public interface IMachineProvider
{
    /// <summary>What may be bought, the first choice first.</summary>
    /// <param name="region">Null is any.</param>
    IReadOnlyList<ServerChoice> Choices(string? region);

    /// <summary>What a choice costs now; null where nothing is paid.</summary>
    Task<MachinePrice?> PriceAsync(ServerChoice choice, CancellationToken ct);

    /// <summary>Makes the machine, and returns as soon as it has an address.</summary>
    /// <param name="image">Id of the snapshot that it is made from; null is the plain system.</param>
    Task<MachineOrder> OrderAsync(Machine machine, long? image, Action<string> say, CancellationToken ct);

    /// <summary>Returns when it has booted and lets us in.</summary>
    /// <param name="order">What must have been done by its maker before.</param>
    Task AwaitAsync(Machine machine, MachineOrder order, Action<string> say, CancellationToken ct);

    /// <summary>The public key that shall replace the one it was given for its first boot; null when it needs none.</summary>
    Task<string?> MakeHostKeyAsync(Machine machine, CancellationToken ct);

    /// <summary>Puts that key in use.</summary>
    Task UseHostKeyAsync(Machine machine, CancellationToken ct);

    /// <summary>Makes it what it shall be. A second time changes nothing.</summary>
    Task ConfigureAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct);

    /// <summary>Opens its PostgreSQL to the peers of its setup, and to no others. What runs on it goes on.</summary>
    Task LetInAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct);

    /// <summary>The way to its PostgreSQL.</summary>
    Task<MachineDatabase> FindDatabaseAsync(Machine machine, CancellationToken ct);

    /// <summary>Proves names that lead to the machine; null where it has no web server of ours, so that TLS ends elsewhere.</summary>
    IChallengeSolver? ChallengesOn(Machine machine);

    /// <summary>Has the machine's web server show the application under a customer's own name. What it would not take changes nothing.</summary>
    Task ShowDomainAsync(Machine machine, ServerCertificate certificate, Action<string> say, CancellationToken ct);

    /// <summary>Has it forget such a name, and its certificate; what it does not know is fine.</summary>
    Task HideDomainAsync(Machine machine, string domain, Action<string> say, CancellationToken ct);

    /// <summary>Removes it with all that is on it; what is gone already counts as removed.</summary>
    Task RemoveAsync(Machine machine, Action<string> say, CancellationToken ct);

    /// <summary>Takes a snapshot of a configured machine, which is of no use itself from then on. Null where there are no snapshots.</summary>
    Task<long?> TakeImageAsync(Machine machine, Guid image, Action<string> say, CancellationToken ct);

    /// <summary>Removes a snapshot; what is gone already counts as removed.</summary>
    Task RemoveImageAsync(Guid image, CancellationToken ct);
}
