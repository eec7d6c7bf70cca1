using System.Security.Claims;
using System.Text.Encodings.Web;
using ControlPlane.Access.Auditing;
using ControlPlane.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ControlPlane.Access.Keys;

/// <summary>Makes the scope's <see cref="Caller"/> of <c>Authorization: Bearer cp_…</c>, and answers who may not come in.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    KnownKeys keys,
    Floods floods,
    AuditTrail trail,
    Caller caller) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "ApiKey";
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        caller.Address = Context.Connection.RemoteIpAddress?.ToString();
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        floods.RefuseAfterFailures(Context);
        var key = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : "";
        if (await keys.RecogniseAsync(key, caller.Address, Context.RequestAborted) is not { } identity)
        {
            floods.CountFailure(Context);
            return AuthenticateResult.Fail("The API key is not valid.");
        }

        caller.Become(identity);
        var claims = new ClaimsIdentity([new(ClaimTypes.Name, identity.Name), new(ClaimTypes.Role, identity.Role!.Value.ToString())], Name);
        return AuthenticateResult.Success(new(new ClaimsPrincipal(claims), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemWriter.WriteAsync(Context, HttpProblems.Of(StatusCodes.Status401Unauthorized));
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var what = Context.GetEndpoint()?.Metadata.GetMetadata<SendsAttribute>()?.Request.Name ?? $"{Request.Method} {Request.Path}";
        var tenant = Request.Path.StartsWithSegments("/v1/tenants", StringComparison.Ordinal) ? Request.RouteValues["slug"] as string : null;
        var note = new AuditNote(what, Request.Path.Value!.TrimStart('/'), tenant, AuditOutcome.Denied, "{}");
        await trail.AppendAloneAsync(note, caller, Context.RequestAborted);
        await ProblemWriter.WriteAsync(Context, HttpProblems.Of(StatusCodes.Status403Forbidden));
    }
}
