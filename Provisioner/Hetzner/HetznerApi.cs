using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provisioner.Http;

namespace Provisioner.Hetzner;

/// <summary>Requests and answers in Hetzner's form.</summary>
internal sealed class HetznerApi(ApiCaller caller)
{
    // The most that Hetzner gives at once.
    private const int PageSize = 50;

    public Task<T> GetAsync<T>(string path, Func<Answer, T> read, CancellationToken ct) => SendAsync(new ApiCall(HttpMethod.Get, path), read, ct);

    /// <param name="once">See <see cref="ApiCall.Once"/>.</param>
    public Task<T> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> type, Func<Answer, T> read, CancellationToken ct, bool once = false) =>
        SendAsync(new ApiCall(HttpMethod.Post, path) { Body = JsonSerializer.SerializeToUtf8Bytes(body, type), Once = once }, read, ct);

    public Task<T> PutAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> type, Func<Answer, T> read, CancellationToken ct) =>
        SendAsync(new ApiCall(HttpMethod.Put, path) { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) }, read, ct);

    public Task<T> SendAsync<T>(ApiCall call, Func<Answer, T> read, CancellationToken ct) => caller.SendAsync(call, json => read(new Answer(json)), ct);

    /// <summary>Fetches page after page, as far as they are read.</summary>
    /// <param name="path">May already carry a query.</param>
    public async IAsyncEnumerable<T> ListAsync<T>(string path, string name, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken ct)
        where T : class
    {
        for (long? page = 1; page is not null;)
        {
            var (items, next) = await GetAsync(Query.On(path, ("page", $"{page}"), ("per_page", $"{PageSize}")), a => (a.Many(name, type), a.NextPage()), ct);
            foreach (var item in items)
            {
                yield return item;
            }

            page = next;
        }
    }
}
