using TenantRuntime.Routes;

namespace TenantRuntime.Tenancy;

/// <summary>
/// The entries of all tenants that are or were served here, in blocks that never move. An entry is not given to another tenant: a request
/// at that moment would be counted for the wrong one.
/// </summary>
internal sealed class TenantEntries
{
    private const int BlockBits = 12;
    private const int BlockSize = 1 << BlockBits;

    private Block[] blocks = [];
    private int count;

    public ref TenantEntry this[int number] => ref blocks[number >> BlockBits].Entries[number & (BlockSize - 1)];

    /// <summary>Null where the tenant is served no longer.</summary>
    public ServedTenant? TenantOf(int number) => blocks[number >> BlockBits].Tenants[number & (BlockSize - 1)];

    public ServedTenant Add(Route route, TimeProvider time)
    {
        var (at, within) = (count >> BlockBits, count & (BlockSize - 1));
        if (at == blocks.Length)
        {
            // No reader knows a number before the index has it, and that is later.
            blocks = [.. blocks, new Block()];
        }

        var tenant = new ServedTenant(route, time, blocks[at].Entries, within) { Number = count++ };
        blocks[at].Tenants[within] = tenant;
        return tenant;
    }

    /// <summary>The tenant is served no longer: nothing of it but its entry stays.</summary>
    public void Forget(ServedTenant tenant) => blocks[tenant.Number >> BlockBits].Tenants[tenant.Number & (BlockSize - 1)] = null;

    private sealed class Block
    {
        public readonly TenantEntry[] Entries = new TenantEntry[BlockSize];
        public readonly ServedTenant?[] Tenants = new ServedTenant?[BlockSize];
    }
}
