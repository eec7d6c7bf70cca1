using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using ControlPlane.Api;
using ControlPlane.Problems;

namespace ControlPlane.Access;

/// <summary>
/// Refuses, with 429 and <c>Retry-After</c>, what comes too fast: per address before anything is looked at, per key once it is
/// known, and much sooner per address whose keys were not valid.
/// </summary>
public sealed class Floods : IDisposable
{
    private const int BurstSeconds = 4;

    private readonly PartitionedRateLimiter<HttpContext> addresses;
    private readonly PartitionedRateLimiter<HttpContext> failures;
    private readonly PartitionedRateLimiter<Guid> keys;

    public Floods(AccessSettings settings)
    {
        addresses = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(Network(http), _ => PerSecond(settings.PerAddress)));
        keys = PartitionedRateLimiter.Create<Guid, Guid>(id => RateLimitPartition.GetTokenBucketLimiter(id, _ => PerSecond(settings.PerKey)));
        failures = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetFixedWindowLimiter(
            Network(http), _ => new() { PermitLimit = settings.FailedPerAddress, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
    }

    /// <summary>Counts a request of an address.</summary>
    /// <exception cref="ProblemException">429.</exception>
    public void Admit(HttpContext http) => Demand(addresses.AttemptAcquire(http));

    /// <summary>Counts a request with a key.</summary>
    /// <exception cref="ProblemException">429.</exception>
    public void Admit(Guid key) => Demand(keys.AttemptAcquire(key));

    /// <summary>Looks at no key from an address that sent too many wrong ones.</summary>
    /// <exception cref="ProblemException">429.</exception>
    public void RefuseAfterFailures(HttpContext http) => Demand(failures.AttemptAcquire(http, 0));

    public void CountFailure(HttpContext http) => failures.AttemptAcquire(http).Dispose();

    public void Dispose()
    {
        addresses.Dispose();
        failures.Dispose();
        keys.Dispose();
    }

    private static TokenBucketRateLimiterOptions PerSecond(int requests) => new()
    {
        TokenLimit = requests * BurstSeconds,
        TokensPerPeriod = Math.Max(1, requests / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        QueueLimit = 0,
    };

    private static void Demand(RateLimitLease lease)
    {
        using (lease)
        {
            if (!lease.IsAcquired)
            {
                var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                throw HttpProblems.Of(StatusCodes.Status429TooManyRequests).With("retryAfter", Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
            }
        }
    }

    /// <summary>Whoever has one IPv6 address has 2^64 of them.</summary>
    private static string Network(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address)
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
