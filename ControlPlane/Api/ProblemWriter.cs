using System.Diagnostics;
using System.Globalization;
using ControlPlane.Problems;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Api;

/// <summary>The one place where a problem becomes an answer (RFC 9457). An extension <c>retryAfter</c>, in seconds, is a header too.</summary>
internal static class ProblemWriter
{
    public static Task WriteAsync(HttpContext http, ProblemException problem)
    {
        var document = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = $"urn:controlplane:{problem.Code}",
            ["title"] = ReasonPhrases.GetReasonPhrase(problem.Status),
            ["status"] = problem.Status,
            ["code"] = problem.Code,
            ["detail"] = problem.Message,
            ["remedy"] = problem.Remedy,
            ["traceId"] = Activity.Current?.Id ?? http.TraceIdentifier,
        };
        foreach (var (name, value) in problem.Extensions)
        {
            document[name] = value;
        }

        http.Response.StatusCode = problem.Status;
        if (problem.Extensions.TryGetValue("retryAfter", out var seconds))
        {
            http.Response.Headers.RetryAfter = Convert.ToString(seconds, CultureInfo.InvariantCulture);
        }

        return http.Response.WriteAsJsonAsync(document, ApiJson.Options, "application/problem+json", http.RequestAborted);
    }
}
