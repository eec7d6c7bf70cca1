using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TenantRuntime.Connections;
using TenantRuntime.Routes;
using TenantRuntime.Usage;

namespace TenantRuntime.Following;

/// <summary>The control plane's HTTP contract for runtimes, under <c>/v1/runtime</c>.</summary>
internal sealed class ControlPlaneClient(IOptions<TenantRuntimeOptions> options) : IDisposable
{
    // The change stream stays open for days: no time-out for the whole, and addresses are looked up again now and then.
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => http.Dispose();

    /// <summary>All routes this key may see.</summary>
    public async Task<RouteSnapshot> GetRoutesAsync(CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Get, "v1/runtime/routes", body: null, ct);
        return await response.Content.ReadFromJsonAsync<RouteSnapshot>(RouteJson.Options, ct)
            ?? throw new JsonException("The control plane answered GET /v1/runtime/routes with null.");
    }

    /// <summary>Tells the control plane that every change up to this revision is in force here.</summary>
    /// <param name="schema">The newest migration this release is made for; null when nobody said.</param>
    public async Task AcknowledgeAsync(long revision, string? schema, CancellationToken ct)
    {
        var body = new { instance = options.Value.Instance, revision, schema };
        using var response = await SendAsync(HttpMethod.Post, "v1/runtime/acknowledgements", body, ct);
    }

    /// <summary>Tells the control plane that this process serves nobody any more.</summary>
    public async Task LeaveAsync(CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Delete, $"v1/runtime/acknowledgements?instance={Uri.EscapeDataString(options.Value.Instance)}", body: null, ct);
    }

    /// <summary>Reports requests; the control plane adds each batch once, however often it is sent.</summary>
    public async Task ReportUsageAsync(UsageBatch batch, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Post, "v1/runtime/usage", batch, ct);
    }

    /// <summary>Asks for shares of the servers' budgets.</summary>
    public async Task<BudgetGrant> AskForBudgetAsync(BudgetRequest demand, CancellationToken ct)
    {
        using var response = await SendAsync(HttpMethod.Post, "v1/runtime/budget", demand, ct);
        return await response.Content.ReadFromJsonAsync<BudgetGrant>(RouteJson.Options, ct)
            ?? throw new JsonException("The control plane answered POST /v1/runtime/budget with null.");
    }

    /// <summary>
    /// Changes after a revision, as they happen. Null stands for a heartbeat. Ends when the control plane ends it.
    /// </summary>
    /// <exception cref="RevisionTooOldException">The control plane no longer knows that far back.</exception>
    public async IAsyncEnumerable<RouteChange?> FollowAsync(long after, [EnumeratorCancellation] CancellationToken ct)
    {
        using var request = Request(HttpMethod.Get, $"v1/runtime/changes?after={after}", body: null);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            throw new RevisionTooOldException(after);
        }

        response.EnsureSuccessStatusCode();
        await using var stream = new HeartbeatStream(await response.Content.ReadAsStreamAsync(ct));
        yield return null;
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(ct))
        {
            yield return item.EventType == "route" ? JsonSerializer.Deserialize<RouteChange>(item.Data, RouteJson.Options) : null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var request = Request(method, path, body);
        var response = await http.SendAsync(request, limit.Token);
        return response.EnsureSuccessStatusCode();
    }

    private HttpRequestMessage Request(HttpMethod method, string path, object? body)
    {
        // The key is read for each request: a key that was rotated in its file needs no restart.
        var request = new HttpRequestMessage(method, new Uri(new Uri(options.Value.ControlPlane!.TrimEnd('/') + "/"), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Value.ReadKey());
        request.Content = body is null ? null : JsonContent.Create(body, options: RouteJson.Options);
        return request;
    }
}
