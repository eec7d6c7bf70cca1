using Microsoft.Extensions.Logging;

namespace Provisioner.Acme;

/// <summary>Gets certificates from an authority that speaks ACME (RFC 8555). Safe for use by many threads.</summary>
public sealed class AcmeClient(AcmeOptions options, AcmeAccountKey key, ILogger<AcmeClient> log)
{
    /// <summary>A new certificate, with a new key, for these names. The proofs are taken back, whether it came or not.</summary>
    /// <param name="names">Host names in lower case; <c>*.example.com</c> for a wildcard.</param>
    /// <exception cref="ArgumentException">A name cannot stand in a certificate.</exception>
    /// <exception cref="AcmeException">The authority refused, could not verify a name, was not reached or was late.</exception>
    /// <exception cref="ProvisioningException">The proofs could not be shown.</exception>
    public async Task<IssuedCertificate> ObtainAsync(IReadOnlyList<string> names, IChallengeSolver solver, CancellationToken ct)
    {
        var wanted = CertificateNames.Normalize(names);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Limit);
        using var session = new AcmeSession(options, key);
        try
        {
            return await new Issuance(session, key, solver, wanted, options.Directory.Host, log).RunAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new AcmeException(AcmeErrors.Late, $"{options.Directory.Host} did not issue a certificate for {string.Join(", ", wanted)} within {options.Limit.TotalMinutes:0.#} min. Look at its status page, then retry.", e) { IsTransient = true };
        }
    }
}
