using Microsoft.Extensions.Caching.Distributed;

namespace TenantRuntime;

/// <summary>
/// The application's <see cref="IDistributedCache"/>, seen by one tenant: every key carries the tenant's id, so that no
/// tenant can read what another one stored. Inject it instead of the cache itself.
/// </summary>
public sealed class TenantCache(ITenant tenant, IDistributedCache cache)
{
    public Task<byte[]?> GetAsync(string key, CancellationToken ct) => cache.GetAsync(Key(key), ct);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken ct) => cache.SetAsync(Key(key), value, options, ct);

    public Task RemoveAsync(string key, CancellationToken ct) => cache.RemoveAsync(Key(key), ct);

    /// <summary>What is stored under the key, or else what <paramref name="create"/> makes and is stored then.</summary>
    public async Task<byte[]> GetOrCreateAsync(string key, Func<CancellationToken, Task<byte[]>> create, DistributedCacheEntryOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(create);
        if (await GetAsync(key, ct) is { } found)
        {
            return found;
        }

        var made = await create(ct);
        await SetAsync(key, made, options, ct);
        return made;
    }

    // The id comes first and has a fixed length: no key of one tenant can spell a key of another.
    private string Key(string key) => $"{tenant.Id:n}:{key}";
}
