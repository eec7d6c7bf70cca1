using System.Net.Http.Headers;

namespace Provisioner.Http;

/// <summary>The header by which a provider asks to be left alone.</summary>
internal static class RetryAfter
{
    /// <summary>Null when it does not ask; a date is compared with the provider's own clock.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers) =>
        headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when headers.Date is { } sent && date > sent => date - sent,
            _ => null,
        };
}
