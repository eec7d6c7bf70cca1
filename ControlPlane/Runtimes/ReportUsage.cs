using System.Text.Json;
using ControlPlane.Access;
using ControlPlane.Access.Auditing;
using ControlPlane.Api;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TenantRuntime.Usage;

namespace ControlPlane.Runtimes;

/// <summary>
/// A runtime reports requests per tenant and hour, and sessions that were used on another tenant's host, for the audit trail. A batch
/// counts once, however often it is sent. Tenants that the key does not serve, or that are gone, are left out.
/// </summary>
public sealed class ReportUsage : IEndpoint
{
    private const int MostHours = 100_000;

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/runtime/usage", async (HttpContext http, CatalogDb db, AuditTrail trail, Caller caller, CancellationToken ct) =>
        {
            await AddAsync(db, trail, caller, await ReadAsync(http, ct), ct);
            return Results.NoContent();
        }).Requires(Role.Runtime);

    private static async Task<UsageBatch> ReadAsync(HttpContext http, CancellationToken ct)
    {
        var batch = await RuntimeBody.ReadAsync<UsageBatch>(http, "a usage batch: instance, batch and hours", ct);
        var faults = new List<Fault>();
        if (batch?.Hours is not { Count: <= MostHours } hours || hours.Any(h => h.Requests < 0))
        {
            faults.Add(new("hours", $"must be at most {MostHours}, each with 0 requests or more"));
        }

        if (batch?.ForeignSessions is { } sessions && (sessions.Count > ForeignSession.MostPerBatch || sessions.Any(s => s.Requests < 1)))
        {
            faults.Add(new("foreignSessions", $"must be at most {ForeignSession.MostPerBatch}, each with 1 request or more"));
        }

        return faults.Count == 0 ? batch! : throw InvalidRequest.Of([.. faults]);
    }

    private static async Task AddAsync(CatalogDb db, AuditTrail trail, Caller caller, UsageBatch batch, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var isNew = await db.Database.ExecuteSqlAsync($"insert into usage_batches (id) values ({batch.Batch}) on conflict do nothing", ct);
        if (isNew == 1)
        {
            var tenants = batch.Hours.Select(h => h.TenantId).ToArray();
            var hours = batch.Hours.Select(h => h.Hour.ToUniversalTime()).ToArray();
            var requests = batch.Hours.Select(h => h.Requests).ToArray();
            var servers = caller.ServerIds?.ToArray();
            await db.Database.ExecuteSqlAsync($"""
                insert into tenant_usage (tenant_id, hour, requests)
                select u.tenant, date_trunc('hour', u.hour, 'UTC'), sum(u.requests)
                from unnest({tenants}, {hours}, {requests}) u(tenant, hour, requests)
                join routes r on r.tenant_id = u.tenant
                where {servers}::uuid[] is null or r.server_id = any({servers})
                group by 1, 2 order by 1, 2
                on conflict (tenant_id, hour) do update set requests = tenant_usage.requests + excluded.requests
                """, ct);
            await AuditAsync(db, trail, caller, batch, ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static async Task AuditAsync(CatalogDb db, AuditTrail trail, Caller caller, UsageBatch batch, CancellationToken ct)
    {
        if (batch.ForeignSessions is not { Count: > 0 } sessions)
        {
            return;
        }

        var mentioned = sessions.Select(s => s.TenantId).Concat(sessions.Select(s => s.Claimed).OfType<Guid>()).Distinct().ToList();
        var slugs = await db.Tenants.Where(t => mentioned.Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => t.Slug, ct);
        var servers = caller.ServerIds?.ToArray();
        var served = await db.Database.SqlQuery<Guid>($"""
            select tenant_id as "Value" from routes where tenant_id = any({mentioned.ToArray()}) and ({servers}::uuid[] is null or server_id = any({servers}))
            """).ToListAsync(ct);
        foreach (var session in sessions.Where(s => served.Contains(s.TenantId)))
        {
            var detail = new { session.Requests, session.Hour, SessionOf = NameOf(session.Claimed), session.Host, session.User, session.Address, batch.Instance };
            await trail.AppendAsync(
                (NpgsqlConnection)db.Database.GetDbConnection(),
                new(nameof(ForeignSession), $"tenants/{slugs[session.TenantId]}", slugs[session.TenantId], AuditOutcome.Denied, JsonSerializer.Serialize(detail, ApiJson.Options)),
                caller,
                ct);
        }

        string? NameOf(Guid? tenant) => tenant is { } id ? slugs.GetValueOrDefault(id) ?? id.ToString() : null;
    }
}
