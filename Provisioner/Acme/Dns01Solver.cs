using Provisioner.Dns;

namespace Provisioner.Acme;

/// <summary>Proves names by text records in a zone of ours; the only way to a wildcard.</summary>
/// <param name="owner">The same for all certificates: records that a killed process left are then replaced by the next.</param>
/// <param name="settle">How long the zone's servers need until all of them show a new record.</param>
public sealed class Dns01Solver(IDnsProvider dns, string zone, Ownership owner, TimeSpan settle = default) : IChallengeSolver
{
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);

    public string Type => "dns-01";

    /// <exception cref="AcmeException"><see cref="AcmeErrors.OutsideZone"/></exception>
    /// <exception cref="ForeignObjectException">Somebody else's record is there.</exception>
    public async Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct)
    {
        // A wildcard and its base name are proven at the same place, each by a value of its own.
        foreach (var place in proofs.GroupBy(PlaceOf).ToList())
        {
            await dns.EnsureAsync(new RecordSet(place.Key, [.. place.Select(p => p.Digest)], ShortestLife), owner, ct);
        }

        await Task.Delay(settle, ct);
    }

    public Task RemoveAsync(ChallengeProof proof, CancellationToken ct) => IsInside(proof.Host) ? dns.RemoveAsync(PlaceOf(proof), owner, ct) : Task.CompletedTask;

    private bool IsInside(string host) => host == zone || host.EndsWith($".{zone}", StringComparison.Ordinal);

    private RecordName PlaceOf(ChallengeProof proof)
    {
        if (!IsInside(proof.Host))
        {
            throw new AcmeException(AcmeErrors.OutsideZone, $"{proof.Host} lies outside the zone {zone}, so no record of ours can prove it. Prove it by HTTP-01 on its server, or set Dns__Zone.");
        }

        return new RecordName(zone, proof.Host == zone ? "_acme-challenge" : $"_acme-challenge.{RecordName.Relative(proof.Host, zone)}", RecordType.TXT);
    }
}
