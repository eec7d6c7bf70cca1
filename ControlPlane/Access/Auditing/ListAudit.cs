using System.Globalization;
using System.Text.Json;
using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Access.Auditing;

/// <summary>Lists the audit trail, newest first.</summary>
[Requires(Role.Viewer)]
public sealed record ListAudit(
    string? Who = null,
    string? What = null,
    string? Tenant = null,
    AuditOutcome? Outcome = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null) : PagedQuery<ListAudit.Item>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<ListAudit, Page<Item>>("/audit");

    protected override bool IsKey(string key) => long.TryParse(key, CultureInfo.InvariantCulture, out _);

    /// <summary>One line of the trail.</summary>
    /// <param name="Who">Name of the API key, or of what needs none: a signed webhook, a part of the control plane.</param>
    /// <param name="What">Name of the request.</param>
    /// <param name="Detail">The request, without secrets.</param>
    public sealed record Item(
        long Seq, DateTimeOffset At, string Who, Guid? KeyId, string What, string Subject, string? Tenant, string? Address, AuditOutcome Outcome, JsonElement Detail);

    internal sealed class Handler(CatalogDb db) : IRequestHandler<ListAudit, Page<Item>>
    {
        public async Task<Page<Item>> Handle(ListAudit request, CancellationToken cancellationToken)
        {
            var (since, until) = (request.Since?.ToUniversalTime(), request.Until?.ToUniversalTime());
            var before = request.AfterKey() is { } key ? long.Parse(key, CultureInfo.InvariantCulture) : long.MaxValue;
            var entries = await db.Set<AuditEntry>().AsNoTracking()
                .Where(e => e.Seq < before)
                .Where(e => request.Who == null || e.Who == request.Who)
                .Where(e => request.What == null || e.What == request.What)
                .Where(e => request.Tenant == null || e.Tenant == request.Tenant)
                .Where(e => request.Outcome == null || e.Outcome == request.Outcome)
                .Where(e => since == null || e.At >= since)
                .Where(e => until == null || e.At < until)
                .OrderByDescending(e => e.Seq)
                .Take(request.Limit + 1)
                .ToListAsync(cancellationToken);
            return Page<AuditEntry>.Of(entries, request.Limit, e => e.Seq.ToString(CultureInfo.InvariantCulture)).Select(Show);
        }

        private static Item Show(AuditEntry e)
        {
            using var detail = JsonDocument.Parse(e.Detail);
            return new(e.Seq, e.At, e.Who, e.KeyId, e.What, e.Subject, e.Tenant, e.Address, e.Outcome, detail.RootElement.Clone());
        }
    }
}
