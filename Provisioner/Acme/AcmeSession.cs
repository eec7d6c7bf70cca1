using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Provisioner.Http;

namespace Provisioner.Acme;

/// <summary>
/// Speaks to an authority as one account: signs, carries the nonces, repeats what was lost or met a stale nonce. Repeating is
/// safe, since the authority takes each signature once, and none of our requests makes a difference the second time.
/// </summary>
internal sealed class AcmeSession : IDisposable
{
    private const int Tries = 4;
    private const int NonceTries = 20;

    private static readonly MediaTypeHeaderValue Jose = new("application/jose+json");

    private readonly AcmeOptions options;
    private readonly AcmeAccountKey key;
    private readonly HttpClient http;

    /// <summary>Each answer brings a nonce, and each serves once.</summary>
    private readonly ConcurrentBag<string> nonces = [];
    private AcmeDirectory? directory;
    private Uri? account;

    public AcmeSession(AcmeOptions options, AcmeAccountKey key)
    {
        (this.options, this.key) = (options, key);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = !options.Directory.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = options.RootPem is { } pem ? Trusting(pem) : null },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("controlplane", "1"));
    }

    /// <summary>Finds our account, or makes it: an authority knows it by its key.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        directory = (await RepeatAsync(() => SendAsync(new HttpRequestMessage(HttpMethod.Get, options.Directory), ct), ct)).Read<AcmeDirectory>();
        if (directory.Meta?.ExternalAccountRequired == true)
        {
            throw new AcmeException("externalAccountRequired", $"{options.Directory.Host} issues only to accounts that were made with it beforehand. Choose another authority in Acme__Directory.");
        }

        account = (await PostAsync(directory.NewAccount, new Account(TermsOfServiceAgreed: true, [$"mailto:{options.Contact}"]), ct)).Location
            ?? throw new AcmeException(AcmeErrors.NoAnswer, $"{options.Directory.Host} made an account without saying where it is. {AcmeWords.NextStep(AcmeErrors.NoAnswer)}") { IsTransient = true };
    }

    public Task<AcmeAnswer> OrderAsync(IEnumerable<string> names, CancellationToken ct) =>
        PostAsync(directory!.NewOrder, new Order([.. names.Select(n => new AcmeIdentifier("dns", n))]), ct);

    /// <summary>Reads what is at an address.</summary>
    public Task<AcmeAnswer> ReadAsync(Uri url, CancellationToken ct) => PostAsync(url, payload: null, ct);

    /// <exception cref="AcmeException">It refused, or was not reached for good.</exception>
    public Task<AcmeAnswer> PostAsync(Uri url, object? payload, CancellationToken ct) => RepeatAsync(() => SignAndSendAsync(url, payload, ct), ct);

    public void Dispose() => http.Dispose();

    private static async Task<AcmeAnswer> RepeatAsync(Func<Task<AcmeAnswer>> call, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                return await call();
            }
            catch (AcmeException e) when (attempt < Tries && e.Code is AcmeErrors.NoAnswer or AcmeErrors.ServerInternal && Backoff.Pause(attempt, e.RetryAfter) is { } length)
            {
                pause = length;
            }

            await Task.Delay(pause, ct);
        }
    }

    private async Task<AcmeAnswer> SignAndSendAsync(Uri url, object? payload, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var signed = JsonSerializer.SerializeToUtf8Bytes(SignedRequest.Of(key, url, await TakeNonceAsync(ct), account, payload), AcmeJson.Options);
            try
            {
                // Of a known length: authorities take no chunks.
                return await SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(signed) { Headers = { ContentType = Jose } } }, ct);
            }
            catch (AcmeException e) when (e.Code == AcmeErrors.BadNonce && attempt < NonceTries)
            {
                // The refusal brought a fresh one.
            }
        }
    }

    private async Task<string> TakeNonceAsync(CancellationToken ct)
    {
        if (nonces.IsEmpty)
        {
            await SendAsync(new HttpRequestMessage(HttpMethod.Head, directory!.NewNonce), ct);
        }

        return nonces.TryTake(out var nonce) ? nonce
            : throw new AcmeException(AcmeErrors.NoAnswer, $"{options.Directory.Host} sent no nonce. {AcmeWords.NextStep(AcmeErrors.NoAnswer)}") { IsTransient = true };
    }

    private async Task<AcmeAnswer> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var sent = request;
        var url = request.RequestUri!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.CallTimeout);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            if (response.Headers.TryGetValues("Replay-Nonce", out var fresh))
            {
                nonces.Add(fresh.First());
            }

            var body = await response.Content.ReadAsStringAsync(limit.Token);
            var pause = RetryAfter.Read(response.Headers);
            return response.IsSuccessStatusCode ? new AcmeAnswer(url, body, response.Headers.Location, pause) : throw Refusal(response, body, pause);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw Lost($"gave no answer within {options.CallTimeout.TotalSeconds:0.#} s", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException untrusted)
        {
            throw new AcmeException(AcmeErrors.NotTrusted, $"{options.Directory.Host} shows a certificate that nobody vouches for: {untrusted.Message.TrimEnd('.')}. If the authority is your own, name its root in Acme__Root.", e);
        }
        catch (HttpRequestException e)
        {
            throw Lost($"was not reached: {e.Message}", e);
        }
    }

    private AcmeException Refusal(HttpResponseMessage response, string body, TimeSpan? pause)
    {
        var problem = ReadProblem(body);
        var code = AcmeWords.CodeOf(problem, response.StatusCode);
        var words = problem?.Words ?? $"status {(int)response.StatusCode} without an explanation";
        return new AcmeException(code, $"{options.Directory.Host} refused: {words} ({code}). {AcmeWords.NextStep(code)}") { IsTransient = AcmeWords.IsTransient(code), RetryAfter = pause };
    }

    private AcmeException Lost(string what, Exception inner) =>
        new(AcmeErrors.NoAnswer, $"{options.Directory.Host} {what.TrimEnd('.')}. {AcmeWords.NextStep(AcmeErrors.NoAnswer)}", inner) { IsTransient = true, MayHaveHappened = true };

    private static AcmeProblem? ReadProblem(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<AcmeProblem>(body, AcmeJson.Options);
        }
        catch (JsonException)
        {
            // A proxy's error page; the status code says what is to be said.
            return null;
        }
    }

    private static X509ChainPolicy Trusting(string rootPem)
    {
        // A private authority has nowhere to ask what it has revoked.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(rootPem);
        return policy;
    }

    private sealed record Account(bool TermsOfServiceAgreed, IReadOnlyList<string> Contact);

    private sealed record Order(IReadOnlyList<AcmeIdentifier> Identifiers);
}
