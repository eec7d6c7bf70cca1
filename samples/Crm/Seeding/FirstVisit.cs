using System.Collections.Concurrent;
using Crm.Data;
using Microsoft.EntityFrameworkCore;
using TenantRuntime;

namespace Crm.Seeding;

/// <summary>Fills a new customer's database with sample data when it is visited for the first time.</summary>
internal sealed class FirstVisit(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, bool> prepared = new();

    public bool IsPrepared(ITenant tenant) => prepared.ContainsKey(tenant.Database);

    public async Task PrepareAsync(ITenant tenant, CrmDb db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // Several requests, of several processes, may be the first: the lock lets one of them write.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(5081)", ct);
        if (!await db.Workspaces.AnyAsync(ct))
        {
            new SampleData(tenant.Slug, time.GetUtcNow()).AddTo(db);
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        prepared.TryAdd(tenant.Database, true);
    }
}
