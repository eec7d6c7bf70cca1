using System.Text;
using ControlPlane.Catalog;
using Provisioner.Acme;
using Provisioner.Ssh;

namespace ControlPlane.Servers.Machines;

/// <summary>The web server of a machine that <c>site.yml</c> has configured, as far as customers' own names go.</summary>
public sealed class MachineEdge(MachineAccess access)
{
    /// <summary>Of the role <c>tls</c>; it takes back what nginx does not want.</summary>
    private const string Program = "/usr/local/sbin/custom-domain";

    /// <summary>Logs in only when there is something to prove.</summary>
    public IChallengeSolver ChallengesOn(Machine machine) => new Challenges(access, machine);

    /// <exception cref="RemoteCommandException">nginx does not take it; it goes on as before.</exception>
    public async Task ShowAsync(Machine machine, ServerCertificate certificate, Action<string> say, CancellationToken ct)
    {
        using var files = new MemoryStream(Encoding.ASCII.GetBytes($"{certificate.Chain}\n{certificate.Key}\n"));
        await RunAsync(machine, new RemoteCommand(Program, "add", certificate.Name) { AsRoot = true, Input = files }, $"{machine.Name} does not show {certificate.Name}", say, ct);
    }

    /// <exception cref="RemoteCommandException">nginx does not read its settings anew.</exception>
    public Task HideAsync(Machine machine, string domain, Action<string> say, CancellationToken ct) =>
        RunAsync(machine, new RemoteCommand(Program, "remove", domain) { AsRoot = true }, $"{machine.Name} does not give {domain} up", say, ct);

    private async Task RunAsync(Machine machine, RemoteCommand command, string fault, Action<string> say, CancellationToken ct)
    {
        await using var connection = await access.OpenAsync(machine, ct);
        var result = (await connection.RunAsync(command, ct)).OrThrow(fault);
        say($"{machine.Name}: {result.Output.Trim()}");
    }

    private sealed class Challenges(MachineAccess access, Machine machine) : IChallengeSolver
    {
        public string Type => "http-01";

        public async Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct)
        {
            await using var connection = await access.OpenAsync(machine, ct);
            await new Http01Solver(connection).PresentAsync(proofs, ct);
        }

        public async Task RemoveAsync(ChallengeProof proof, CancellationToken ct)
        {
            await using var connection = await access.OpenAsync(machine, ct);
            await new Http01Solver(connection).RemoveAsync(proof, ct);
        }
    }
}
