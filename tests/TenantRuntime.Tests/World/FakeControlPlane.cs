using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantRuntime.Connections;
using TenantRuntime.Routes;
using TenantRuntime.Usage;

namespace TenantRuntime.Tests.World;

/// <summary>Serves the runtime contract over real HTTP from routes in memory; can go away and come back on the same port.</summary>
public sealed class FakeControlPlane : IAsyncDisposable
{
    public const string Key = "cp_runtime_test_key";

    private readonly Lock changing = new();
    private readonly List<RouteChange> history = [];
    private readonly Dictionary<Guid, Route> routes = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? app;
    private long revision;
    private int port;

    /// <summary>Revisions acknowledged, by instance.</summary>
    public ConcurrentDictionary<string, long> Acknowledged { get; } = new();

    /// <summary>The schema that each instance says it is made for, until it leaves.</summary>
    public ConcurrentDictionary<string, string?> Schemas { get; } = new();

    /// <summary>Accepted batches of usage, by their id.</summary>
    public ConcurrentDictionary<Guid, UsageBatch> Usage { get; } = new();

    public bool UsageFails { get; set; }

    /// <summary>Answers for shares of servers; while null, the control plane grants none.</summary>
    public Func<BudgetRequest, BudgetGrant>? Budget { get; set; }

    public int Fetches { get; private set; }

    /// <summary>When set, the change stream answers 410 to revisions before it.</summary>
    public long OldestKnown { get; set; }

    public string Address => $"http://127.0.0.1:{port}";

    public long Revision => Interlocked.Read(ref revision);

    public IReadOnlyList<Guid> TenantIds
    {
        get
        {
            lock (changing)
            {
                return [.. routes.Keys];
            }
        }
    }

    public static async Task<FakeControlPlane> StartAsync()
    {
        var controlPlane = new FakeControlPlane();
        await controlPlane.ComeBackAsync();
        return controlPlane;
    }

    public async Task ComeBackAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        app = builder.Build();
        app.Use(AuthorizeAsync);
        app.MapGet("/v1/runtime/routes", GetRoutes);
        app.MapGet("/v1/runtime/changes", StreamAsync);
        app.MapPost("/v1/runtime/usage", (UsageBatch batch) =>
        {
            if (UsageFails)
            {
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }

            Usage.TryAdd(batch.Batch, batch);
            return Results.NoContent();
        });
        app.MapPost("/v1/runtime/budget", (BudgetRequest demand) => Budget is { } allocate ? Results.Json(allocate(demand), RouteJson.Options) : Results.NotFound());
        app.MapPost("/v1/runtime/acknowledgements", (Acknowledgement ack) =>
        {
            Acknowledged[ack.Instance] = ack.Revision;
            Schemas[ack.Instance] = ack.Schema;
        });
        app.MapDelete("/v1/runtime/acknowledgements", (string instance) => { Schemas.TryRemove(instance, out _); });
        await app.StartAsync();
        port = new Uri(app.Urls.Single()).Port;
    }

    public async Task GoAwayAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
            app = null;
        }
    }

    /// <summary>Publishes a route; its revision is set here.</summary>
    public Route Publish(Route route)
    {
        lock (changing)
        {
            var newer = route with { Revision = ++revision };
            routes[route.TenantId] = newer;
            Tell(new RouteChange(revision, route.TenantId, newer));
            return newer;
        }
    }

    public void Remove(Guid tenantId)
    {
        lock (changing)
        {
            routes.Remove(tenantId);
            Tell(new RouteChange(++revision, tenantId, Route: null));
        }
    }

    public async ValueTask DisposeAsync() => await GoAwayAsync();

    private void Tell(RouteChange change)
    {
        history.Add(change);
        var before = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.SetResult();
    }

    private static Task AuthorizeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.Authorization == $"Bearer {Key}")
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private JsonHttpResult<RouteSnapshot> GetRoutes()
    {
        lock (changing)
        {
            Fetches++;
            return TypedResults.Json(new RouteSnapshot(revision, [.. routes.Values]), RouteJson.Options);
        }
    }

    private async Task StreamAsync(HttpContext context, long after)
    {
        if (after < OldestKnown)
        {
            context.Response.StatusCode = StatusCodes.Status410Gone;
            return;
        }

        var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping).Token;
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(stopping);
        while (!stopping.IsCancellationRequested)
        {
            Task next;
            List<RouteChange> news;
            lock (changing)
            {
                next = changed.Task;
                news = history.Where(c => c.Revision > after).ToList();
            }

            foreach (var change in news)
            {
                after = change.Revision;
                await context.Response.WriteAsync($"event: route\nid: {after}\ndata: {JsonSerializer.Serialize(change, RouteJson.Options)}\n\n", stopping);
            }

            if (news.Count == 0 && await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(5), stopping)) != next && !stopping.IsCancellationRequested)
            {
                await context.Response.WriteAsync(":\n\n", stopping);
            }
        }
    }

    private sealed record Acknowledgement(string Instance, long Revision, string? Schema);
}
