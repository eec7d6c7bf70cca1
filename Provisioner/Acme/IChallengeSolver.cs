namespace Provisioner.Acme;

/// <summary>A way to show an authority that names are ours.</summary>
public interface IChallengeSolver
{
    /// <summary>As the protocol calls it: <c>dns-01</c>, <c>http-01</c>.</summary>
    string Type { get; }

    /// <summary>Shows all proofs of one certificate; returns when the authority may look.</summary>
    Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct);

    /// <summary>Takes a proof back; what was never shown, or is gone already, is fine.</summary>
    Task RemoveAsync(ChallengeProof proof, CancellationToken ct);
}
