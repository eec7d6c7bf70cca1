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

/// <summary>Local machines with a web server in this process, which an authority can ask for files.</summary>
public sealed class EdgeInMemory : IMachineProvider, IChallengeSolver, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly WebApplication web;

    private EdgeInMemory(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        web = builder.Build();
        web.MapGet("/.well-known/acme-challenge/{token}", (string token) => files.TryGetValue(token, out var content) ? Results.Text(content) : Results.NotFound());
    }

    /// <summary>The machines themselves; set before they are used.</summary>
    public LocalMachines Machines { get; set; } = null!;

    /// <summary>What is shown now: domains, each with its certificate.</summary>
    public ConcurrentDictionary<string, ServerCertificate> Shown { get; } = new(StringComparer.Ordinal);

    /// <summary>The machine cannot be reached.</summary>
    public bool IsSilent { get; set; }

    /// <summary>It takes proofs and shows none.</summary>
    public bool LosesProofs { get; set; }

    public string Type => "http-01";

    public static async Task<EdgeInMemory> StartAsync(int port)
    {
        var edge = new EdgeInMemory(port);
        await edge.web.StartAsync();
        return edge;
    }

    public IChallengeSolver ChallengesOn(Machine machine) => this;

    public Task ShowDomainAsync(Machine machine, ServerCertificate certificate, Action<string> say, CancellationToken ct)
    {
        RequireReachable();
        Shown[certificate.Name] = certificate;
        return Task.CompletedTask;
    }

    public Task HideDomainAsync(Machine machine, string domain, Action<string> say, CancellationToken ct)
    {
        RequireReachable();
        Shown.TryRemove(domain, out _);
        return Task.CompletedTask;
    }

    public Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct)
    {
        RequireReachable();
        foreach (var proof in LosesProofs ? [] : proofs)
        {
            files[proof.Token] = proof.KeyAuthorization;
        }

        return Task.CompletedTask;
    }

    public Task RemoveAsync(ChallengeProof proof, CancellationToken ct)
    {
        files.TryRemove(proof.Token, out _);
        return Task.CompletedTask;
    }

    public IReadOnlyList<ServerChoice> Choices(string? region) => Machines.Choices(region);

    public Task<MachinePrice?> PriceAsync(ServerChoice choice, CancellationToken ct) => Machines.PriceAsync(choice, ct);

    public Task<MachineOrder> OrderAsync(Machine machine, long? image, Action<string> say, CancellationToken ct) => Machines.OrderAsync(machine, image, say, ct);

    public Task AwaitAsync(Machine machine, MachineOrder order, Action<string> say, CancellationToken ct) => Machines.AwaitAsync(machine, order, say, ct);

    public Task<string?> MakeHostKeyAsync(Machine machine, CancellationToken ct) => Machines.MakeHostKeyAsync(machine, ct);

    public Task UseHostKeyAsync(Machine machine, CancellationToken ct) => Machines.UseHostKeyAsync(machine, ct);

    public Task ConfigureAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) => Machines.ConfigureAsync(machine, setup, say, ct);

    public Task LetInAsync(Machine machine, MachineSetup setup, Action<string> say, CancellationToken ct) => Machines.LetInAsync(machine, setup, say, ct);

    public Task<MachineDatabase> FindDatabaseAsync(Machine machine, CancellationToken ct) => Machines.FindDatabaseAsync(machine, ct);

    public Task RemoveAsync(Machine machine, Action<string> say, CancellationToken ct) => Machines.RemoveAsync(machine, say, ct);

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
}
