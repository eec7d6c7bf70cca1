using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Provisioner.Http;

namespace Provisioner.Hetzner;

/// <summary>How Hetzner refuses, and what its rate limit headers say.</summary>
internal sealed class HetznerDialect(string token) : IApiDialect
{
    public RateState? ReadRate(HttpResponseHeaders headers)
    {
        if (Number(headers, "RateLimit-Limit") is not { } limit || Number(headers, "RateLimit-Remaining") is not { } remaining)
        {
            return null;
        }

        var untilFull = Number(headers, "RateLimit-Reset") is { } reset && headers.Date is { } sent
            ? DateTimeOffset.UnixEpoch.AddSeconds(reset) - sent
            : TimeSpan.Zero;
        return new RateState(limit, remaining, untilFull, Gradual: true);
    }

    public ApiException Refusal(ApiCall call, HttpStatusCode status, HttpResponseHeaders headers, JsonElement body)
    {
        var error = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("error", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var code = Text(error, "code") ?? HetznerWords.CodeOf(status);
        var said = Text(error, "message") ?? $"status {(int)status} without an explanation";

        // Whatever echoes a request must not put the token into a log.
        var words = said.Replace(token, "(token)", StringComparison.Ordinal);
        return new HetznerException(code, $"Hetzner refused {call}: {words} ({code}). {HetznerWords.NextStep(code)}")
        {
            IsTransient = HetznerWords.IsTransient(code) || (int)status >= 500,
            MayHaveHappened = (int)status >= 500,
            Details = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("details", out var details) && details.ValueKind != JsonValueKind.Null ? details : null,
            RequestId = headers.TryGetValues("X-Correlation-Id", out var ids) ? ids.First() : null,
            RetryAfter = RetryAfter.Read(headers),
        };
    }

    public ApiException Lost(ApiCall call, string what, bool mayHaveHappened, Exception? inner) =>
        new HetznerException(HetznerErrors.NoAnswer, $"Hetzner: {call} {what.TrimEnd('.')}. Look at https://status.hetzner.com and at this machine's network; then retry.", inner)
        {
            IsTransient = true,
            MayHaveHappened = mayHaveHappened,
        };

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && double.TryParse(values.First(), CultureInfo.InvariantCulture, out var number) ? number : null;
}
