using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Provisioner.Http;

namespace Provisioner.Dns.Cloudflare;

/// <summary>How Cloudflare refuses, and what its rate limit headers say.</summary>
internal sealed partial class CloudflareDialect(string token) : IApiDialect
{
    /// <summary>What a token may do within <see cref="Window"/>.</summary>
    public const double Limit = 1200;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    public RateState? ReadRate(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Ratelimit", out var values) || Remaining().Match(values.First()) is not { Success: true } match)
        {
            return null;
        }

        var left = double.Parse(match.Groups["left"].ValueSpan, CultureInfo.InvariantCulture);
        var seconds = double.Parse(match.Groups["seconds"].ValueSpan, CultureInfo.InvariantCulture);
        return new RateState(Limit, left, TimeSpan.FromSeconds(seconds), Gradual: false);
    }

    public ApiException Refusal(ApiCall call, HttpStatusCode status, HttpResponseHeaders headers, JsonElement body)
    {
        var errors = Errors(body).ToList();
        var code = errors.Count > 0 ? errors[0].Code : $"http_{(int)status}";
        var said = errors.Count > 0 ? string.Join(", ", errors.Select(e => e.Message)) : $"status {(int)status} without an explanation";

        // Whatever echoes a request must not put the token into a log.
        var words = said.Replace(token, "(token)", StringComparison.Ordinal);
        var passes = (int)status >= 500 || status == HttpStatusCode.TooManyRequests;
        return new CloudflareException(code, $"Cloudflare refused {call}: {words} ({code}). {(passes ? "This passes by itself; retry later." : NextStep(code))}")
        {
            IsTransient = passes,
            MayHaveHappened = (int)status >= 500,
            RequestId = headers.TryGetValues("CF-Ray", out var ids) ? ids.First() : null,
            RetryAfter = RetryAfter.Read(headers),
        };
    }

    public ApiException Lost(ApiCall call, string what, bool mayHaveHappened, Exception? inner) =>
        new CloudflareException(CloudflareErrors.NoAnswer, $"Cloudflare: {call} {what.TrimEnd('.')}. Look at https://www.cloudflarestatus.com and at this machine's network; then retry.", inner)
        {
            IsTransient = true,
            MayHaveHappened = mayHaveHappened,
        };

    private static string NextStep(string code) =>
        code switch
        {
            CloudflareErrors.Authentication or CloudflareErrors.Unauthorized or CloudflareErrors.InvalidToken or CloudflareErrors.InvalidHeaders or "http_401" or "http_403" =>
                "The token is wrong, or may not do this. Make one with Zone:Read and DNS:Edit for the zone (My Profile, API Tokens) and set Cloudflare__Token.",
            CloudflareErrors.AddressExists or CloudflareErrors.AliasExists => "An alias cannot share its name with other records. Remove the other one, or choose another name.",
            CloudflareErrors.Validation => "Correct the record.",
            _ => "Look the code up at https://developers.cloudflare.com/dns, then retry.",
        };

    /// <summary>The errors with what they were caused by, which is where Cloudflare often says what is wrong.</summary>
    private static IEnumerable<(string Code, string Message)> Errors(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var list in (string[])["errors", "error_chain"])
        {
            if (!body.TryGetProperty(list, out var errors) || errors.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            foreach (var error in errors.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object))
            {
                yield return (error.TryGetProperty("code", out var code) ? code.ToString() : "unknown", error.TryGetProperty("message", out var message) ? message.ToString() : "no message");
                foreach (var cause in Errors(error))
                {
                    yield return cause;
                }
            }
        }
    }

    [GeneratedRegex(@";\s*r=(?<left>\d{1,9});\s*t=(?<seconds>\d{1,9})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Remaining();
}
