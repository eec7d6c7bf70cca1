using System.Collections.Concurrent;
using ControlPlane.Catalog;
using ControlPlane.Servers.Machines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Provisioner;
using Provisioner.Acme;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Tests.Domains;

/// <summary>Local machines, each with an address and a web server of its own, which an authority can ask for files. All are in this process.</summary>
public sealed class EdgeInMemory : IMachineProvider, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Address, string Token), string> files = new();
    private readonly ConcurrentDictionary<(Guid Machine, string Domain), ServerCertificate> shown = new();
    private readonly ConcurrentDictionary<Guid, string> addresses = new();
    private readonly WebApplication web;

    private EdgeInMemory(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://0.0.0.0:{port}");
        builder.Logging.ClearProviders();
        web = builder.Build();
        web.MapGet("/.well-known/acme-challenge/{token}", (string token, HttpContext http) => files.TryGetValue((http.Connection.LocalIpAddress!.MapToIPv4().ToString(), token), out var content) ? Results.Text(content) : Results.NotFound());
    }

    /// <summary>The machines themselves; set before they are used.</summary>
    public LocalMachines Machines { get; set; } = null!;

    /// <summary>What is shown now, wherever that is: domains, each with its certificate.</summary>
    public IDictionary<string, ServerCertificate> Shown =>
        shown.DistinctBy(s => s.Key.Domain, StringComparer.Ordinal).ToDictionary(s => s.Key.Domain, s => s.Value, StringComparer.Ordinal);

    /// <summary>Which machine shows which domain.</summary>
    public IEnumerable<(Guid Machine, string Domain)> Places => shown.Keys;

    /// <summary>What each machine costs; null is nothing.</summary>
    public MachinePrice? Price { get; set; }

    /// <summary>The machine cannot be reached.</summary>
    public bool IsSilent { get; set; }

    /// <summary>It takes proofs and shows none.</summary>
    public bool LosesProofs { get; set; }

    /// <summary>Revision of the certificate that the machine shows for a domain; null when it does not know it.</summary>
    public int? RevisionOn(Guid machine, string domain) => shown.GetValueOrDefault((machine, domain))?.Revision;

    public static async Task<EdgeInMemory> StartAsync(int port)
    {
        var edge = new EdgeInMemory(port);
        await edge.web.StartAsync();
        return edge;
    }

    public IChallengeSolver ChallengesOn(Machine machine) => new Challenges(this, machine);

    public Task ShowDomainAsync(Machine machine, ServerCertificate certificate, Action<string> say, CancellationToken ct)
    {
        RequireReachable();
        shown[(machine.Id, certificate.Name)] = certificate;
        return Task.CompletedTask;
    }

    public Task HideDomainAsync(Machine machine, string domain, Action<string> say, CancellationToken ct)
    {
        RequireReachable();
        shown.TryRemove((machine.Id, domain), out _);
        return Task.CompletedTask;
    }

    public IReadOnlyList<ServerChoice> Choices(string? region) => Machines.Choices(region);

    public Task<MachinePrice?> PriceAsync(ServerChoice choice, CancellationToken ct) => Task.FromResult(Price);

    public async Task<MachineOrder> OrderAsync(Machine machine, long? image, Action<string> say, CancellationToken ct) =>
        (await Machines.OrderAsync(machine, image, say, ct)) with { Address = addresses.GetOrAdd(machine.Id, _ => $"127.0.0.{addresses.Count + 1}"), Price = Price };

    public Task AwaitAsync(Machine machine, MachineOrder order, Action<string> say, CancellationToken ct) => Machines.AwaitAsync(machine, order, say, ct);

    public Task<string?> MakeHostKeyAsync(Machine machine, CancellationToken ct) => Machines.MakeHostKeyAsync(machine, ct);

    public Task UseHostKeyAsync(Machine machine, CancellationToken ct) => Machines.UseHostKeyAsync(machine, ct);

    public Task ConfigureAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) => Machines.ConfigureAsync(machine, setup, say, ct);

    public Task LetInAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) => Machines.LetInAsync(machine, setup, say, ct);

    public Task<MachineDatabase> FindDatabaseAsync(Machine machine, CancellationToken ct) => Machines.FindDatabaseAsync(machine, ct);

    public Task RemoveAsync(Machine machine, Action<string> say, CancellationToken ct)
    {
        foreach (var own in shown.Keys.Where(s => s.Machine == machine.Id))
        {
            shown.TryRemove(own, out _);
        }

        return Machines.RemoveAsync(machine, say, ct);
    }

    public Task<long?> TakeImageAsync(Machine machine, Guid image, Action<string> say, CancellationToken ct) => Machines.TakeImageAsync(machine, image, say, ct);

    public Task RemoveImageAsync(Guid image, CancellationToken ct) => Machines.RemoveImageAsync(image, ct);

    public async ValueTask DisposeAsync() => await web.DisposeAsync();

    private void RequireReachable()
    {
        if (IsSilent)
        {
            throw new ProvisioningException("silent", "The machine is silent.");
        }
    }

    private sealed class Challenges(EdgeInMemory edge, Machine machine) : IChallengeSolver
    {
        public string Type => "http-01";

        public Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct)
        {
            edge.RequireReachable();
            foreach (var proof in edge.LosesProofs ? [] : proofs)
            {
                edge.files[(machine.Address!, proof.Token)] = proof.KeyAuthorization;
            }

            return Task.CompletedTask;
        }

        public Task RemoveAsync(ChallengeProof proof, CancellationToken ct)
        {
            edge.files.TryRemove((machine.Address!, proof.Token), out _);
            return Task.CompletedTask;
        }
    }
}
