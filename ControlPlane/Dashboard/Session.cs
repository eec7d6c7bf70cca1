using System.Security.Claims;
using ControlPlane.Access;
using ControlPlane.Access.Keys;
using ControlPlane.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace ControlPlane.Dashboard;

/// <summary>
/// A person who has signed in with an API key. The browser keeps that key, closed with the key ring, in a cookie that only pages look
/// at; each request asks the catalog what the key may do, so that a revocation counts here as soon as anywhere.
/// </summary>
public sealed class Session(KnownKeys keys, Floods floods, Caller caller) : CookieAuthenticationEvents
{
    public const string Scheme = "Session";
    private const string KeyItem = "key";

    /// <summary>Signs in.</summary>
    /// <exception cref="Problems.ProblemException">The key is none of a person's, or too many were tried.</exception>
    public async Task BeginAsync(HttpContext http, string key)
    {
        floods.RefuseAfterFailures(http);
        var identity = await keys.RecogniseAsync(key, AddressOf(http), http.RequestAborted);
        if (identity is null)
        {
            floods.CountFailure(http);
            throw new Problems.ProblemException(401, "unauthenticated", "This API key is not valid: it is unknown, expired or revoked.", "The first admin key is in .data/admin.key; an admin makes others with: ctl keys create");
        }

        if (identity.Role == Role.Runtime)
        {
            throw new Problems.ProblemException(403, "forbidden", "This is the key of an application.", "Use a key of a person. An admin makes keys with: ctl keys create");
        }

        var who = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, identity.KeyId.ToString()!), new(ClaimTypes.Name, identity.Name)], Scheme);
        await http.SignInAsync(Scheme, new ClaimsPrincipal(who), new AuthenticationProperties(new Dictionary<string, string?>(StringComparer.Ordinal) { [KeyItem] = key }));
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        caller.Address = AddressOf(context.HttpContext);
        if (context.Properties.Items.TryGetValue(KeyItem, out var key) && key is not null
            && await keys.RecogniseAsync(key, caller.Address, context.HttpContext.RequestAborted) is { } identity)
        {
            caller.Become(identity);
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Scheme);
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) =>
        ProblemWriter.WriteAsync(context.HttpContext, HttpProblems.Of(StatusCodes.Status403Forbidden));

    private static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString();
}
