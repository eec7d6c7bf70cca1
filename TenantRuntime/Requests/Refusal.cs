using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TenantRuntime.Requests;

/// <summary>An answer given instead of the application's: a small page for people, problem+json for programs.</summary>
internal sealed class Refusal(int status, string code, string title, string detail, int? retryAfter = null)
{
    // Of who rests, in seconds: it may be back early, or late.
    private const int SoonestRetry = 5;
    private const int LatestRetry = 600;

    private readonly byte[] page = Encoding.UTF8.GetBytes(RefusalPage.Render(status, title, detail));

    public static Refusal MalformedHost { get; } = new(
        StatusCodes.Status400BadRequest, "host_malformed", "That address cannot be right", "The host name of this request is not one a browser would send.");

    public static Refusal UnknownTenant { get; } = new(
        StatusCodes.Status404NotFound, "tenant_unknown", "Nobody lives here", "There is no account at this address. Check the spelling, or ask whoever sent you the link.");

    public static Refusal Suspended { get; } = new(
        StatusCodes.Status403Forbidden, "tenant_suspended", "This account is suspended", "All data is safe. The account's owner can have it resumed by getting in touch with us.");

    public static Refusal Starting { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "routes_missing", "Just a moment", "The application is starting. Please try again in a few seconds.", retryAfter: 2);

    public static Refusal Busy { get; } = new(
        StatusCodes.Status503ServiceUnavailable, "server_busy", "Very busy right now", "More requests came in than can be answered at once. Please try again in a few seconds.", retryAfter: 2);

    public static Refusal ForeignSession { get; } = new(
        StatusCodes.Status403Forbidden, "session_of_another_tenant", "You are signed in elsewhere", "This sign-in belongs to another account. Sign out there, or sign in here.");

    public static Refusal TooManyRequests { get; } = new(
        StatusCodes.Status429TooManyRequests, "request_limit", "That was a lot of requests", "This account has used all requests that its plan allows for now. Please try again a little later, or choose a larger plan.");

    /// <param name="backAt">About when the tenant is served again.</param>
    public static Refusal Resting(DateTimeOffset backAt, DateTimeOffset now) => new(
        StatusCodes.Status503ServiceUnavailable,
        "tenant_rests",
        "Back in a moment",
        backAt > now
            ? $"This account is being moved to another server. All data is safe. It will be back at about {backAt.UtcDateTime:HH:mm} UTC."
            : "This account is being moved to another server, which takes a little longer than planned. All data is safe. Please try again in a minute.",
        retryAfter: (int)Math.Clamp(Math.Ceiling((backAt - now).TotalSeconds), SoonestRetry, LatestRetry));

    public static Refusal PlanLimit(string detail) => new(StatusCodes.Status403Forbidden, "plan_limit", "The plan has no room for that", detail);

    /// <summary>Answers instead of the application; <paramref name="headers"/> adds some to the response.</summary>
    public Task AnswerAsync(HttpContext context, Action<HttpResponse>? headers = null)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        headers?.Invoke(response);
        if (context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            response.ContentType = "text/html; charset=utf-8";
            response.ContentLength = page.Length;
            return response.Body.WriteAsync(page, context.RequestAborted).AsTask();
        }

        var problem = new { title, status, detail, code };
        return response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }
}
