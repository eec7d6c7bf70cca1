using System.Collections.Concurrent;
using Provisioner.Acme;

namespace Provisioner.Tests.Acme;

/// <summary>Proofs by HTTP-01 for a web server in this process.</summary>
internal sealed class FilesInMemory : IChallengeSolver
{
    private readonly ConcurrentDictionary<string, string> files = new(StringComparer.Ordinal);

    public string Type => "http-01";

    public bool IsEmpty => files.IsEmpty;

    /// <summary>The file's content; null where there is none.</summary>
    public string? Read(string token) => files.GetValueOrDefault(token);

    public Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct)
    {
        foreach (var proof in proofs)
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
}
