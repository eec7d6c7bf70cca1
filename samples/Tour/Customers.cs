using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Tour;

/// <summary>The customers' side: what their people see at their own host name.</summary>
public sealed class Customers(int port) : IDisposable
{
    // Any name below localhost leads here, whether or not this machine's resolver knows that.
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    public Uri Address(string slug) => new($"http://{slug}.localhost:{port}/");

    /// <summary>Asks until the answer has the wanted status, or the time is over; answers what it was last.</summary>
    public async Task<HttpStatusCode> UntilAsync(string slug, string path, HttpStatusCode wanted, TimeSpan limit, CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            using var answer = await http.GetAsync(new Uri(Address(slug), path), ct);
            if (answer.StatusCode == wanted || waited.Elapsed > limit)
            {
                return answer.StatusCode;
            }

            await Task.Delay(1, ct);
        }
    }

    /// <summary>Asks once; answers the status, and when to come back if that was said.</summary>
    public async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> AskAsync(string slug, string path, CancellationToken ct)
    {
        using var answer = await http.GetAsync(new Uri(Address(slug), path), ct);
        return (answer.StatusCode, answer.Headers.RetryAfter?.Delta);
    }

    public Task<JsonNode?> GetAsync(string slug, string path, CancellationToken ct) =>
        http.GetFromJsonAsync<JsonNode>(new Uri(Address(slug), path), ct);

    public async Task AddContactAsync(string slug, string name, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri(Address(slug), "/api/contacts"), new { name, company = "Story", email = $"{name.ToLowerInvariant().Replace(' ', '.')}@example.com" }, ct);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}
