using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Cli;

/// <summary>Speaks to the HTTP interface, and turns its problems into messages.</summary>
internal sealed class ApiClient : IDisposable
{
    private const int Attempts = 4;
    private readonly Connection connection;
    private readonly HttpClient http;

    public ApiClient(Connection connection)
    {
        this.connection = connection;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = !connection.Address.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = connection.Address,
            Timeout = TimeSpan.FromSeconds(100),
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", connection.Key);
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, ct);

    public Task<JsonElement> PostAsync(string path, JsonObject? body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body ?? [], ct);

    public Task<JsonElement> PutAsync(string path, JsonObject body, CancellationToken ct) => SendAsync(HttpMethod.Put, path, body, ct);

    public Task<JsonElement> DeleteAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Delete, path, null, ct);

    /// <summary>Reads a list page by page, up to a number of items.</summary>
    /// <returns>The items, and whether there are more.</returns>
    public async Task<(IReadOnlyList<JsonElement> Items, bool More)> ListAsync(string path, int limit, CancellationToken ct)
    {
        const int PageSize = 500;
        var items = new List<JsonElement>();
        string? after = null;
        do
        {
            var query = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={Math.Min(PageSize, limit - items.Count)}{(after is null ? "" : $"&after={after}")}";
            var page = await GetAsync(path + query, ct);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.GetProperty("next").GetString();
        }
        while (after is not null && items.Count < limit);
        return (items, after is not null);
    }

    /// <summary>Sends a file as it is.</summary>
    public async Task UploadAsync(string path, string file, CancellationToken ct)
    {
        try
        {
            await using var content = File.OpenRead(file);
            using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StreamContent(content) };
            using var unlimited = new HttpClient(new SocketsHttpHandler { UseProxy = !connection.Address.IsLoopback }) { BaseAddress = connection.Address, Timeout = Timeout.InfiniteTimeSpan };
            request.Headers.Authorization = http.DefaultRequestHeaders.Authorization;
            using var response = await unlimited.SendAsync(request, ct);
            if (!response.IsSuccessStatusCode)
            {
                throw Explain(response.StatusCode, await response.Content.ReadAsStringAsync(ct));
            }
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error);
        }
    }

    /// <summary>Opens a stream of server-sent events. Its end, or the loss of the connection, ends the stream.</summary>
    public async Task<Stream> OpenEventsAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (!response.IsSuccessStatusCode)
        {
            throw Explain(response.StatusCode, await response.Content.ReadAsStringAsync(ct));
        }

        return await response.Content.ReadAsStreamAsync(ct);
    }

    public void Dispose() => http.Dispose();

    /// <summary>
    /// A change carries an Idempotency-Key, so sending it again after a lost answer does it once.
    /// </summary>
    private async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        var idempotencyKey = method == HttpMethod.Get ? null : $"ctl-{Guid.CreateVersion7():N}";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = new HttpRequestMessage(method, path);
                if (idempotencyKey is not null)
                {
                    request.Headers.Add("Idempotency-Key", idempotencyKey);
                }

                if (body is not null)
                {
                    request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
                }

                using var response = await http.SendAsync(request, ct);
                var text = await response.Content.ReadAsStringAsync(ct);
                if (response.IsSuccessStatusCode)
                {
                    return text.Length == 0 ? default : Parse(text);
                }

                if (response.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == Attempts)
                {
                    throw Explain(response.StatusCode, text);
                }
            }
            catch (HttpRequestException error) when (attempt == Attempts || error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
            {
                throw Unreachable(error);
            }
            catch (HttpRequestException)
            {
                // The answer was lost on its way; the request may have been done.
            }
            catch (TaskCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new CliException($"{connection.Address} does not answer.", "Look at its /health/ready and its log.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250 * attempt), ct);
        }
    }

    private static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private CliException Unreachable(HttpRequestException error) => new(
        $"Nothing answers at {connection.Address}: {error.InnerException?.Message ?? error.Message}",
        "Start the control plane with ./run, or set CONTROLPLANE_URL to where it runs.");

    private static CliException Explain(HttpStatusCode status, string text)
    {
        JsonElement problem;
        try
        {
            problem = Parse(text);
        }
        catch (JsonException)
        {
            return new($"The answer was {(int)status} without a problem document.", "Look whether CONTROLPLANE_URL is a control plane.");
        }

        var message = problem.TextOf("detail");
        if (problem.TryGetProperty("errors", out var errors))
        {
            message = string.Join('\n', errors.EnumerateObject().SelectMany(e => e.Value.EnumerateArray().Select(m => $"{e.Name} {m.GetString()}")));
        }

        if (problem.TryGetProperty("traceId", out var trace) && (int)status >= 500)
        {
            message += $" (trace {trace.GetString()})";
        }

        return new(message, problem.TextOf("remedy"), status == HttpStatusCode.BadRequest ? ExitCode.Usage : ExitCode.Failed, text);
    }
}
