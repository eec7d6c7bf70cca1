using Microsoft.AspNetCore.Http;

namespace HetznerSimulator.Http;

/// <summary>The project's budget of requests: a bucket that holds an hour's worth and gains one request a second.</summary>
internal sealed class RateLimit(int limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _remaining = limit;
    private DateTimeOffset _asOf = time.GetUtcNow();

    /// <summary>Takes one request and says in the headers what is left; false when nothing was.</summary>
    public bool Take(IHeaderDictionary headers)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            _remaining = Math.Min(limit, _remaining + Math.Max(0, (now - _asOf).TotalSeconds));
            _asOf = now;
            var taken = _remaining >= 1;
            if (taken)
            {
                _remaining--;
            }

            Show(headers, (int)_remaining, now + TimeSpan.FromSeconds(limit - _remaining));
            return taken;
        }
    }

    /// <summary>Headers of a refusal that a fault made up.</summary>
    public void ShowExhausted(IHeaderDictionary headers) => Show(headers, 0, time.GetUtcNow() + TimeSpan.FromSeconds(limit));

    private void Show(IHeaderDictionary headers, int remaining, DateTimeOffset full)
    {
        headers["RateLimit-Limit"] = $"{limit}";
        headers["RateLimit-Remaining"] = $"{remaining}";
        headers["RateLimit-Reset"] = $"{full.ToUnixTimeSeconds()}";
    }
}
