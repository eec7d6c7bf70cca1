using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace HetznerSimulator.Tests.World;

/// <summary>A cloud of its own for each test, which checks both sides of every call against the official document where it is there.</summary>
public abstract class CloudTest : IAsyncLifetime
{
    protected const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKJ0W3cJeRnQoS5BaDJkIxJxE6bqVmqTgpFBRyVvJ2xw someone";

    private HttpClient? _http;

    protected Simulator Cloud { get; private set; } = null!;

    protected ManualTime Time { get; } = new();

    protected virtual SimulatorOptions Options => new() { Time = Time };

    public virtual async Task InitializeAsync()
    {
        Cloud = await Simulator.StartAsync(Options, CancellationToken.None);
        _http = Client(Cloud.Token);
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        await Cloud.DisposeAsync();
        Cloud.Violations.All.ShouldBeEmpty();
    }

    protected HttpClient Client(string token)
    {
        var client = new HttpClient { BaseAddress = Cloud.Address, Timeout = TimeSpan.FromSeconds(100) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    protected Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    protected Task<Reply> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    protected Task<Reply> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, body);

    protected Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Makes a server; <paramref name="more"/> adds to or replaces what an ordinary one has.</summary>
    protected Task<Reply> CreateServerAsync(string name = "first", params (string Name, object Value)[] more)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = name, ["server_type"] = "cx23", ["image"] = "debian-12", ["location"] = "fsn1" };
        foreach (var (field, value) in more)
        {
            body[field] = value;
        }

        return PostAsync("/servers", body);
    }

    private async Task<Reply> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, $"{Cloud.Address}{path}") { Content = body is null ? null : JsonContent.Create(body) };
        var response = await _http!.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new Reply((int)response.StatusCode, bytes.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(bytes), response);
    }
}
