using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Tour;

/// <summary>The control plane's interface, as any client would use it.</summary>
public sealed class Api
{
    private readonly HttpClient http;

    public Api(Uri address, string key)
    {
        http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
    }

    /// <summary>Null when there is no such thing.</summary>
    public async Task<JsonNode?> GetAsync(string path, CancellationToken ct)
    {
        using var answer = await http.GetAsync(path, ct);
        return answer.StatusCode == System.Net.HttpStatusCode.NotFound ? null : await ReadAsync(answer, ct);
    }

    public Task<JsonNode> PostAsync(string path, object body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    public async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await http.SendAsync(request, ct);
        return await ReadAsync(answer, ct);
    }

    /// <summary>The operation's states as they come, until it ends.</summary>
    public async IAsyncEnumerable<JsonNode> FollowAsync(string operation, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var (kind, data) in FollowAllAsync(operation, ct))
        {
            if (kind == "operation")
            {
                yield return data;
            }
        }
    }

    /// <summary>Its states and the lines that it says, as they come, until it ends.</summary>
    public async IAsyncEnumerable<(string Kind, JsonNode Data)> FollowAllAsync(string operation, [EnumeratorCancellation] CancellationToken ct)
    {
        using var answer = await http.GetAsync($"/v1/operations/{operation}/events", HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(ct))
        {
            if (item.EventType is "operation" or "log")
            {
                yield return (item.EventType, JsonNode.Parse(item.Data)!);
            }
        }
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        var json = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        return answer.IsSuccessStatusCode
            ? json
            : throw new StageException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {json["detail"]} {json["remedy"]}");
    }
}
