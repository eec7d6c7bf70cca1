using System.Numerics;
using System.Security.Cryptography;
using TenantRuntime.Hosts;

namespace TenantRuntime.Tenancy;

/// <summary>
/// Which tenant has which slug or domain. A host that two tenants claim belongs to neither: better nobody is served than the wrong one.
/// Read without a lock while one writer changes it: each place is one word, that only says which tenant to ask; the tenant says whether
/// the name is its own.
/// </summary>
/// <param name="capacity">Hosts it has room for; a larger one must be built for more.</param>
internal sealed class HostIndex(TenantEntries tenants, int capacity)
{
    private const ulong NeverUsed = 0;
    private const ulong Removed = 1;
    private const uint Disputed = 1u << 31;

    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    // The hash in the upper half; in the lower one whether the host is disputed, and the tenant's number.
    private readonly ulong[] places = new ulong[PlacesFor(capacity)];
    private int used;

    /// <summary>Whether so many more can be added; places once used count until the next building.</summary>
    public bool HasRoomFor(int hosts) => PlacesFor(used + hosts) <= places.Length;

    /// <summary>The one tenant that has this slug or domain.</summary>
    public FoundTenant Find(ReadOnlySpan<char> host, bool isSlug)
    {
        var name = ShortName.Of(host);
        var hash = HashOf(name, host);
        var all = places;
        for (var at = (int)hash; ; at++)
        {
            var place = Volatile.Read(ref all[at & (all.Length - 1)]);
            if (place == NeverUsed)
            {
                return default;
            }

            if ((uint)(place >> 32) == hash)
            {
                var number = NumberIn(place);
                ref var entry = ref tenants[number];
                if (tenants.TenantOf(number) is { } tenant && (isSlug ? entry.HasSlug(name) ?? tenant.HasSlug(host) : tenant.HasDomain(host)))
                {
                    return (place & Disputed) == 0 ? new FoundTenant(tenant, ref entry) : default;
                }
            }
        }
    }

    public void Add(string host, ServedTenant tenant)
    {
        var hash = HashOf(ShortName.Of(host), host);
        var place = ((ulong)hash << 32) | (uint)tenant.Number;
        foreach (var other in ClaimsOf(host, hash))
        {
            Volatile.Write(ref Place(other), Place(other) | Disputed);
            place |= Disputed;
        }

        var at = (int)hash;
        while (Place(at) > Removed)
        {
            at++;
        }

        used += Place(at) == NeverUsed ? 1 : 0;
        Volatile.Write(ref Place(at), place);
    }

    public void Remove(string host, ServedTenant tenant)
    {
        var hash = HashOf(ShortName.Of(host), host);
        for (var at = (int)hash; Place(at) != NeverUsed; at++)
        {
            if ((Place(at) & ~(ulong)Disputed) == (((ulong)hash << 32) | (uint)tenant.Number))
            {
                Volatile.Write(ref Place(at), Removed);
            }
        }

        if (ClaimsOf(host, hash) is [var only])
        {
            Volatile.Write(ref Place(only), Place(only) & ~(ulong)Disputed);
        }
    }

    private List<int> ClaimsOf(string host, uint hash)
    {
        List<int> claims = [];
        for (var at = (int)hash; Place(at) != NeverUsed; at++)
        {
            if ((uint)(Place(at) >> 32) == hash && tenants.TenantOf(NumberIn(Place(at)))?.Hosts().Contains(host, StringComparer.Ordinal) == true)
            {
                claims.Add(at);
            }
        }

        return claims;
    }

    private static int NumberIn(ulong place) => (int)((uint)place & ~Disputed);

    private static uint HashOf(ShortName name, ReadOnlySpan<char> host)
    {
        var hash = name.IsNone ? (uint)string.GetHashCode(host, StringComparison.Ordinal) : name.Hash(Seed);
        return hash > Removed ? hash : hash + 2;
    }

    // At most four of five are used, so that a name is found, or seen to be missing, within a few neighbours.
    private static int PlacesFor(int hosts) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, (hosts * 5 / 4) + 1));

    private ref ulong Place(int at) => ref places[at & (places.Length - 1)];
}
