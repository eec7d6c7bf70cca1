using ControlPlane.Catalog;
using ControlPlane.Start;
using Provisioner.Acme;
using Provisioner.Hetzner.Servers;
using Provisioner.Local;

namespace ControlPlane.Servers.Machines;

/// <summary>
/// Where there is no cloud account: a machine is a PostgreSQL cluster of its own beside this process, and the application that
/// runs here serves it. For trying things out, and for tests.
/// </summary>
/// <param name="profile">What the clusters run with.</param>
public sealed class LocalMachines(ControlPlaneSettings settings, ClusterProfile profile, ILogger<EmbeddedPostgres> log) : IMachineProvider
{
    private static readonly ServerChoice Here = new("local", RegisterEmbeddedServer.Region);

    private readonly EmbeddedPostgres postgres = new(new EmbeddedPostgresOptions { DataFolder = settings.PostgresFolder }, log);

    public IReadOnlyList<ServerChoice> Choices(string? region) => region is null or RegisterEmbeddedServer.Region ? [Here] : [];

    public Task<MachinePrice?> PriceAsync(ServerChoice choice, CancellationToken ct) => Task.FromResult<MachinePrice?>(null);

    public Task<MachineOrder> OrderAsync(Machine machine, long? image, Action<string> say, CancellationToken ct)
    {
        say($"{machine.Name} is a PostgreSQL cluster on this machine: no Hetzner__Token is set.");
        return Task.FromResult(new MachineOrder(CloudId: null, Here, "127.0.0.1", Price: null, Actions: []));
    }

    public Task AwaitAsync(Machine machine, MachineOrder order, Action<string> say, CancellationToken ct) => Task.CompletedTask;

    public Task<string?> MakeHostKeyAsync(Machine machine, CancellationToken ct) => Task.FromResult<string?>(null);

    public Task UseHostKeyAsync(Machine machine, CancellationToken ct) => Task.CompletedTask;

    public async Task ConfigureAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) =>
        say($"Its PostgreSQL listens on port {(await StartAsync(machine, ct)).Port}.");

    /// <summary>Clusters beside each other meet by themselves.</summary>
    public Task LetInAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) => Task.CompletedTask;

    public async Task<MachineDatabase> FindDatabaseAsync(Machine machine, CancellationToken ct) =>
        new((await StartAsync(machine, ct)).ConnectionString, Certificate: null);

    public IChallengeSolver? ChallengesOn(Machine machine) => null;

    public Task ShowDomainAsync(Machine machine, ServerCertificate certificate, Action<string> say, CancellationToken ct) => Task.CompletedTask;

    public Task HideDomainAsync(Machine machine, string domain, Action<string> say, CancellationToken ct) => Task.CompletedTask;

    public async Task RemoveAsync(Machine machine, Action<string> say, CancellationToken ct)
    {
        if (!Path.Exists(Path.Combine(settings.PostgresFolder, machine.Name)))
        {
            return;
        }

        // Only a running one knows all of what it has on disk.
        await (await StartAsync(machine, ct)).DeleteAsync(ct);
        say($"{machine.Name} and its data are gone.");
    }

    public Task<long?> TakeImageAsync(Machine machine, Guid image, Action<string> say, CancellationToken ct) => Task.FromResult<long?>(null);

    public Task RemoveImageAsync(Guid image, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Found when it runs already.</summary>
    public Task<EmbeddedCluster> StartAsync(Machine machine, CancellationToken ct) => postgres.StartAsync(machine.Name, profile, ct);
}
