using ControlPlane.Access.Keys;
using ControlPlane.Access.Secrets;
using ControlPlane.Dashboard.Pages;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.CookiePolicy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Dashboard;

/// <summary>Registers and maps the pages at <c>/</c>. They are plain HTML, made here, and send the same requests as the HTTP interface.</summary>
public static class DashboardSetup
{
    private const string ByKindOfEndpoint = "Endpoint";
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(12);

    /// <summary>Comes after the access of the HTTP interface, whose keys it takes.</summary>
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents();
        services.AddScoped<Session>();
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(s => new RingProtection(s.GetRequiredService<SecretBox>(), "browser")));
        services.AddAntiforgery(options => options.Cookie.Name = "controlplane-form");
        services.AddAuthentication(ByKindOfEndpoint)
            .AddPolicyScheme(ByKindOfEndpoint, displayName: null, options => options.ForwardDefaultSelector = http => IsPage(http) ? Session.Scheme : ApiKeyAuthentication.Name)
            .AddCookie(Session.Scheme, options =>
            {
                options.Cookie.Name = "controlplane-session";
                options.LoginPath = SignIn.Path;
                options.ReturnUrlParameter = SignIn.NextName;
                options.ExpireTimeSpan = SessionLife;
                options.EventsType = typeof(Session);
            });
        return builder;
    }

    /// <summary>Comes before the access of the HTTP interface, so that its refusals have these headers too.</summary>
    public static WebApplication UsePages(this WebApplication app)
    {
        app.Use(async (http, next) =>
        {
            var isPage = IsPage(http);
            if (isPage)
            {
                var headers = http.Response.Headers;
                headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "same-origin";
                headers.CacheControl = "no-store";
            }

            await next(http);
            if (isPage && HttpMethods.IsPost(http.Request.Method) && http.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false })
            {
                // A form that is old, or not ours: nothing was done, and the page as it is now says what can be.
                http.Response.StatusCode = StatusCodes.Status303SeeOther;
                http.Response.Headers.Location = $"{http.Request.Path}{http.Request.QueryString}";
            }
        });
        // Whoever reaches this host without TLS, other than on the same machine, cannot sign in: browsers keep no such cookie then.
        app.UseCookiePolicy(new() { Secure = CookieSecurePolicy.Always, HttpOnly = HttpOnlyPolicy.Always, MinimumSameSitePolicy = SameSiteMode.Lax });
        return app;
    }

    /// <summary>Maps the pages and what they are drawn with.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapRazorComponents<Document>();
        Drawing.Map(app);
        return app;
    }

    private static bool IsPage(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
}
