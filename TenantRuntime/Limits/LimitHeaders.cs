using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TenantRuntime.Limits;

/// <summary>
/// Tells clients how they stand, in the terms of draft-ietf-httpapi-ratelimit-headers. Sent only from four fifths of
/// the limit on: before that nobody needs them, and most responses stay free of the cost.
/// </summary>
internal static class LimitHeaders
{
    public static void Write(HttpResponse response, RequestQuota quota, RequestVerdict verdict, long frequency)
    {
        var (name, requests, seconds) = verdict.Window == RequestWindow.Second ? ("second", quota.PerSecond, 1) : ("hour", quota.PerHour, 3600);
        var wait = Seconds(verdict, frequency);
        response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={requests};w={seconds}");
        response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={quota.Left(verdict)};t={wait}");
        if (verdict.IsRefused)
        {
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static long Seconds(RequestVerdict verdict, long frequency) => (verdict.Wait + frequency - 1) / frequency;
}
