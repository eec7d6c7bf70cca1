using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Support;
using TenantRuntime.Tenancy;

namespace TenantRuntime.Tests.World;

/// <summary>A small application on TenantRuntime, listening on a free port.</summary>
public sealed class ServedApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient http;

    private ServedApp(WebApplication app)
    {
        this.app = app;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public IServiceProvider Services => app.Services;

    public Uri Address => http.BaseAddress!;

    /// <summary>Starts it; <paramref name="map"/> adds the endpoints that tenants reach.</summary>
    public static async Task<ServedApp> StartAsync(
        string controlPlane, Action<WebApplication> map, Action<TenantRuntimeOptions>? options = null, Action<IServiceCollection>? services = null, ILoggerProvider? logs = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        if (logs is not null)
        {
            builder.Logging.AddProvider(logs);
        }

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.AddTenantRuntime(o =>
        {
            o.ControlPlane = controlPlane;
            o.Key = FakeControlPlane.Key;
            o.BaseDomain = "localhost";
            options?.Invoke(o);
        });
        services?.Invoke(builder.Services);
        var built = builder.Build();
        built.UseTenantMetrics();
        built.Use(ShowErrorsAsync);
        built.UseTenants();
        map(built);
        await built.StartAsync();
        return new ServedApp(built);
    }

    /// <summary>Waits until routes of at least this revision are in force.</summary>
    public async Task SeesAsync(long revision)
    {
        var table = Services.GetRequiredService<RouteTable>();
        await Eventually.Async(() => table.IsLoaded && table.Revision >= revision, TimeSpan.FromSeconds(10), $"routes of revision {revision} are in force");
    }

    public Task<HttpResponseMessage> GetAsync(string host, string path = "/", string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return http.SendAsync(request);
    }

    public async Task<string> GetStringAsync(string host, string path = "/")
    {
        using var response = await GetAsync(host, path);
        return await response.Content.ReadAsStringAsync();
    }

    // So that a failed test shows what went wrong in the application.
    private static async Task ShowErrorsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync(e.ToString(), CancellationToken.None);
        }
    }

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
