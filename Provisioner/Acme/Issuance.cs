using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Provisioner.Acme;

/// <summary>The way of one certificate: order, proofs, request, download.</summary>
internal sealed partial class Issuance(AcmeSession session, AcmeAccountKey key, IChallengeSolver solver, IReadOnlyList<string> names, string authority, ILogger log)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromMinutes(1);

    public async Task<IssuedCertificate> RunAsync(CancellationToken ct)
    {
        await session.OpenAsync(ct);
        var ordered = await session.OrderAsync(names, ct);
        var place = ordered.Location ?? throw Broken("an order without its address");
        await ProveAsync(ordered.Read<AcmeOrder>(), ct);
        using var certificateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = await FinishAsync(place, certificateKey, ct);
        return await DownloadAsync(order.Certificate ?? throw Broken("a finished order without a certificate"), certificateKey, ct);
    }

    private async Task ProveAsync(AcmeOrder order, CancellationToken ct)
    {
        var open = new List<(Uri Authorization, Uri Challenge, ChallengeProof Proof)>();
        foreach (var url in order.Authorizations)
        {
            var authorization = (await session.ReadAsync(url, ct)).Read<AcmeAuthorization>();
            if (authorization.Status != "valid")
            {
                var challenge = ChallengeOf(authorization);
                open.Add((url, challenge.Url, new ChallengeProof(authorization.Identifier.Value, challenge.Token, key)));
            }
        }

        if (open.Count == 0)
        {
            return;
        }

        try
        {
            await solver.PresentAsync([.. open.Select(o => o.Proof)], ct);
            foreach (var (_, challenge, _) in open)
            {
                await session.PostAsync(challenge, new { }, ct);
            }

            foreach (var (authorization, _, _) in open)
            {
                await AwaitProofAsync(authorization, ct);
            }
        }
        finally
        {
            await TakeBackAsync(open.Select(o => o.Proof));
        }
    }

    private AcmeChallenge ChallengeOf(AcmeAuthorization authorization) =>
        authorization.Status != "pending" ? throw Unproven(authorization)
        : authorization.Challenges.FirstOrDefault(c => c.Type == solver.Type)
            ?? throw new AcmeException(
                AcmeErrors.NoChallenge,
                $"{authority} does not let {authorization.Identifier.Value} be proven by {solver.Type}, only by {string.Join(", ", authorization.Challenges.Select(c => c.Type))}. A wildcard needs dns-01: its name must lie in the zone of Dns__Zone.");

    private async Task AwaitProofAsync(Uri url, CancellationToken ct)
    {
        var authorization = await PollAsync<AcmeAuthorization>(url, a => a.Status is not ("pending" or "processing"), ct);
        if (authorization.Status != "valid")
        {
            throw Unproven(authorization);
        }
    }

    /// <summary>Not cancelled with the rest: what we have shown shall not stay.</summary>
    private async Task TakeBackAsync(IEnumerable<ChallengeProof> proofs)
    {
        using var limit = new CancellationTokenSource(RemovalLimit);
        foreach (var proof in proofs)
        {
            try
            {
                await solver.RemoveAsync(proof, limit.Token);
            }
            catch (Exception e) when (e is ProvisioningException or OperationCanceledException)
            {
                // It harms nobody, and the next certificate for the name replaces it.
                LeftBehind(solver.Type, proof.Host, e.Message);
            }
        }
    }

    private async Task<AcmeOrder> FinishAsync(Uri place, ECDsa certificateKey, CancellationToken ct)
    {
        var ready = await PollAsync<AcmeOrder>(place, o => o.Status != "pending", ct);
        if (ready.Status == "ready")
        {
            try
            {
                await session.PostAsync(ready.Finalize, new CertificateWish(Base64Url.EncodeToString(Request(certificateKey))), ct);
            }
            catch (AcmeException e) when (e.Code == AcmeErrors.OrderNotReady)
            {
                // An earlier try, whose answer was lost, has begun it.
            }
        }

        var order = await PollAsync<AcmeOrder>(place, o => o.Status is "valid" or "invalid", ct);
        return order.Status == "valid" ? order : throw Refused("finish the order", order.Error);
    }

    private async Task<T> PollAsync<T>(Uri url, Func<T, bool> isSettled, CancellationToken ct)
        where T : class
    {
        for (var pause = FirstLook; ; pause *= 2)
        {
            var answer = await session.ReadAsync(url, ct);
            if (answer.Read<T>() is var seen && isSettled(seen))
            {
                return seen;
            }

            var wish = answer.RetryAfter is { } after && after > pause ? after : pause;
            await Task.Delay(wish < LongestPause ? wish : LongestPause, ct);
        }
    }

    private byte[] Request(ECDsa certificateKey)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        // The subject stays empty: a common name is too short for long names, and nobody reads it.
        var request = new CertificateRequest(new X500DistinguishedName(""), certificateKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSigningRequest();
    }

    private async Task<IssuedCertificate> DownloadAsync(Uri url, ECDsa certificateKey, CancellationToken ct)
    {
        var chain = (await session.ReadAsync(url, ct)).Body;
        try
        {
            var issued = IssuedCertificate.Read(chain, certificateKey.ExportPkcs8PrivateKeyPem());
            return issued.Names.SequenceEqual(names, StringComparer.Ordinal) ? issued : throw Wrong($"it is for {string.Join(", ", issued.Names)}", inner: null);
        }
        catch (ArgumentException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    private AcmeException Unproven(AcmeAuthorization authorization)
    {
        var error = authorization.Challenges.FirstOrDefault(c => c.Type == solver.Type)?.Error ?? authorization.Challenges.FirstOrDefault(c => c.Error is not null)?.Error;
        return Refused($"verify {authorization.Identifier.Value} by {solver.Type}", error, authorization.Status);
    }

    private AcmeException Refused(string what, AcmeProblem? problem, string? status = null)
    {
        var code = problem is null ? AcmeErrors.Unauthorized : AcmeWords.CodeOf(problem, HttpStatusCode.Forbidden);
        return new AcmeException(code, $"{authority} could not {what}: {problem?.Words ?? $"its state is {status ?? "invalid"}"} ({code}). {AcmeWords.NextStep(code)}") { IsTransient = AcmeWords.IsTransient(code) };
    }

    private AcmeException Wrong(string why, Exception? inner) =>
        new(AcmeErrors.WrongCertificate, $"{authority} sent another certificate than was asked for ({string.Join(", ", names)}): {why.TrimEnd('.')}. Retry; if it stays so, tell the authority.", inner);

    private AcmeException Broken(string what) =>
        new(AcmeErrors.NoAnswer, $"{authority} sent {what}. {AcmeWords.NextStep(AcmeErrors.NoAnswer)}") { IsTransient = true };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Type} proof of {Host} could not be taken back: {Reason} The next certificate for it will replace it.")]
    private partial void LeftBehind(string type, string host, string reason);

    private sealed record CertificateWish(string Csr);
}
