using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Support;

namespace EndToEnd.World;

/// <summary>The control plane's interface, as a client uses it that must reach its goal: what is not answered is sent again.</summary>
public sealed class Api(Func<Uri> address, string key) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null, key);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, body: null, key);

    /// <param name="body">JSON text, or what becomes JSON.</param>
    public Task<Answer> PostAsync(string path, object body, string? idempotencyKey = null, string? with = null) =>
        SendAsync(HttpMethod.Post, path, body, with ?? key, idempotencyKey);

    /// <summary>Sends until it is answered by anything but "not now", always under the same Idempotency-Key.</summary>
    /// <param name="first">Whom to ask first, when not the usual one.</param>
    public async Task<Answer> PostUntilAnsweredAsync(string path, object body, Uri? first = null)
    {
        var idempotencyKey = $"{Guid.CreateVersion7()}";
        Answer? answer = null;
        await Eventually.Async(
            async () =>
            {
                try
                {
                    var asked = first;
                    first = null;
                    answer = await SendAsync(HttpMethod.Post, path, body, key, idempotencyKey, asked);
                    return answer.Status is not (429 or 500 or 503) && answer.Code is not "still_in_progress";
                }
                catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
                {
                    return false;
                }
            },
            Patience,
            $"{path} is answered; the last answer was {answer}");
        return answer!;
    }

    public void Dispose() => http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, object? body, string with, string? idempotencyKey = null, Uri? at = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(at ?? address(), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", with);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
