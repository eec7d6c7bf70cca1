using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provisioner.Http;

namespace Provisioner.Dns.Cloudflare;

/// <summary>Requests and answers in Cloudflare's form: records one by one.</summary>
internal sealed class CloudflareApi(ApiCaller caller)
{
    private const int PageSize = 100;

    private readonly ConcurrentDictionary<string, string> zoneIds = new(StringComparer.Ordinal);

    /// <param name="filter">Part of a query.</param>
    public async IAsyncEnumerable<CloudflareRecord> ListAsync(string zone, string filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var records = await RecordsAsync(zone, ct);
        for (int? page = 1; page is not null;)
        {
            var (items, next) = await caller.SendAsync(
                new ApiCall(HttpMethod.Get, $"{records}?{filter}&page={page}&per_page={PageSize}"), json => (Many(json, CloudflareJson.Default.ListCloudflareRecord), NextPage(json)), ct);
            foreach (var item in items)
            {
                yield return item;
            }

            page = next;
        }
    }

    public async Task CreateAsync(string zone, CloudflareRecordBody record, CancellationToken ct) =>
        await caller.SendAsync(new ApiCall(HttpMethod.Post, await RecordsAsync(zone, ct)) { Body = Bytes(record) }, _ => true, ct);

    public async Task ChangeAsync(string zone, string id, CloudflareRecordBody record, CancellationToken ct) =>
        await caller.SendAsync(new ApiCall(HttpMethod.Patch, $"{await RecordsAsync(zone, ct)}/{Uri.EscapeDataString(id)}") { Body = Bytes(record) }, _ => true, ct);

    /// <summary>What is gone already counts as deleted.</summary>
    public async Task DeleteAsync(string zone, string id, CancellationToken ct)
    {
        try
        {
            await caller.SendAsync(new ApiCall(HttpMethod.Delete, $"{await RecordsAsync(zone, ct)}/{Uri.EscapeDataString(id)}") { Urgent = true }, _ => true, ct);
        }
        catch (CloudflareException e) when (e.Code is CloudflareErrors.RecordNotFound or "http_404")
        {
            // A try whose answer was lost, or another process, was first.
        }
    }

    /// <summary>Where the records of a zone are; a zone's id never changes, so it is asked for once.</summary>
    private async Task<string> RecordsAsync(string zone, CancellationToken ct)
    {
        if (!zoneIds.TryGetValue(zone, out var id))
        {
            var zones = await caller.SendAsync(new ApiCall(HttpMethod.Get, $"zones?name={Uri.EscapeDataString(zone)}"), json => Many(json, CloudflareJson.Default.ListCloudflareZone), ct);
            id = zones.FirstOrDefault(z => z.Name == zone)?.Id
                ?? throw new CloudflareException(CloudflareErrors.NoZone, $"Cloudflare shows no zone {zone} to this token. Add the zone there, or give the token of Cloudflare__Token Zone:Read and DNS:Edit for it.");
            zoneIds[zone] = id;
        }

        return $"zones/{Uri.EscapeDataString(id)}/dns_records";
    }

    private static byte[] Bytes(CloudflareRecordBody record) => JsonSerializer.SerializeToUtf8Bytes(record, CloudflareJson.Default.CloudflareRecordBody);

    private static List<T> Many<T>(JsonElement json, JsonTypeInfo<List<T>> type) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("result", out var result) && result.Deserialize(type) is { } list ? list : throw new JsonException("'result' is no list.");

    private static int? NextPage(JsonElement json) =>
        json.TryGetProperty("result_info", out var info) && info.Deserialize(CloudflareJson.Default.CloudflarePage) is { } page && page.Page < page.TotalPages ? page.Page + 1 : null;
}
