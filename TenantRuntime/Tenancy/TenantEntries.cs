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

    private TenantEntry[][] entries = [];
    private ServedTenant?[][] tenants = [];
    private int count;

    /// <summary>How many there are; numbers are below it.</summary>
    public int Count => Volatile.Read(ref count);

    public ref TenantEntry this[int number] => ref entries[number >> BlockBits][number & (BlockSize - 1)];

    public ServedTenant? TenantOf(int number) => tenants[number >> BlockBits][number & (BlockSize - 1)];

    public ServedTenant Add(Route route, TimeProvider time)
    {
        var (block, at) = (count >> BlockBits, count & (BlockSize - 1));
        if (block == entries.Length)
        {
            // First grown, then announced by the index: no reader knows a number without a block.
            tenants = [.. tenants, new ServedTenant?[BlockSize]];
            entries = [.. entries, new TenantEntry[BlockSize]];
        }

        var tenant = new ServedTenant(route, time, entries[block], at) { Number = count };
        tenants[block][at] = tenant;
        Volatile.Write(ref count, count + 1);
        return tenant;
    }

    /// <summary>The tenant is served no longer: nothing of it but its entry stays.</summary>
    public void Forget(ServedTenant tenant) => tenants[tenant.Number >> BlockBits][tenant.Number & (BlockSize - 1)] = null;
}
