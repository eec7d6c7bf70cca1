using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Provisioner.Http;

/// <summary>
/// Sends requests to one API with one token: paced by its rate limit, each try with a time limit, transient failures repeated.
/// Thread-safe; share it, since the rate limit is counted here.
/// </summary>
internal sealed partial class ApiCaller : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly ApiEndpoint endpoint;
    private readonly IApiDialect dialect;
    private readonly RateBudget budget;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly HttpClient http;

    /// <param name="handler">Not disposed.</param>
    public ApiCaller(ApiEndpoint endpoint, IApiDialect dialect, RateBudget budget, HttpMessageHandler? handler, TimeProvider time, ILogger log)
    {
        (this.endpoint, this.dialect, this.budget, this.time, this.log) = (endpoint, dialect, budget, time, log);

        // A redirect would take the request, and with it the user data, to another host; these APIs never send one.
        http = handler is null
            ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !endpoint.Address.IsLoopback, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(10) })
            : new HttpClient(handler, disposeHandler: false);
        http.BaseAddress = endpoint.Address.AbsoluteUri.EndsWith('/') ? endpoint.Address : new Uri($"{endpoint.Address.AbsoluteUri}/");
        http.Timeout = Timeout.InfiniteTimeSpan;
    }

    /// <summary>Repeats until it succeeds, fails for good, or was tried often enough.</summary>
    /// <param name="read">What to make of the answer; undefined when it is empty. A <see cref="JsonException"/> counts as a broken answer.</param>
    public async Task<T> SendAsync<T>(ApiCall call, Func<JsonElement, T> read, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan pause;
            try
            {
                return await TryAsync(call, read, ct);
            }
            catch (ApiException e) when (attempt < endpoint.Attempts && e.IsTransient && !(call.Once && e.MayHaveHappened) && Backoff.Pause(attempt, e.RetryAfter) is { } length)
            {
                pause = length;
                Repeating(call, e.Code, attempt, endpoint.Attempts, pause.TotalSeconds);
            }

            await Task.Delay(pause, time, ct);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        budget.Dispose();
    }

    private async Task<T> TryAsync<T>(ApiCall call, Func<JsonElement, T> read, CancellationToken ct)
    {
        await budget.EnterAsync(call.Urgent, ct);
        HttpResponseMessage? response = null;
        try
        {
            using var limit = new CancellationTokenSource(endpoint.CallTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            byte[] body;
            try
            {
                using var request = Request(call);
                response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
                body = await response.Content.ReadAsByteArrayAsync(either.Token);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw dialect.Lost(call, $"gave no answer within {endpoint.CallTimeout.TotalSeconds:0.#} s", mayHaveHappened: true, e);
            }
            catch (HttpRequestException e)
            {
                var reached = e.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
                throw dialect.Lost(call, reached ? $"broke off: {e.Message}" : $"cannot be reached at {endpoint.Address}: {e.Message}", reached, e);
            }
            catch (IOException e)
            {
                throw dialect.Lost(call, $"broke off: {e.Message}", mayHaveHappened: true, e);
            }

            return Understand(call, response, body, read);
        }
        finally
        {
            budget.Leave(response is not null, response is null ? null : dialect.ReadRate(response.Headers), response is null ? null : RetryAfter.Read(response.Headers));
            response?.Dispose();
        }
    }

    private T Understand<T>(ApiCall call, HttpResponseMessage response, byte[] body, Func<JsonElement, T> read)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw dialect.Refusal(call, response.StatusCode, response.Headers, ParseOrNothing(body));
        }

        try
        {
            using var json = body.Length == 0 ? null : JsonDocument.Parse(body);
            return read(json?.RootElement ?? default);
        }
        catch (JsonException e)
        {
            throw dialect.Lost(call, $"sent an answer that cannot be read ({body.Length} bytes): {e.Message}", mayHaveHappened: true, e);
        }
    }

    private static JsonElement ParseOrNothing(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            // A proxy's error page; the status code says what is to be said.
            return default;
        }
    }

    private HttpRequestMessage Request(ApiCall call)
    {
        var request = new HttpRequestMessage(call.Method, call.Path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", endpoint.Token);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("controlplane", "1"));
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        }

        return request;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Call} failed with {Code} (try {Attempt} of {Attempts}); again in {Seconds:0.0} s")]
    private partial void Repeating(ApiCall call, string code, int attempt, int attempts, double seconds);
}
