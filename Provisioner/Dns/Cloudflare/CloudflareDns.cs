using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Http;

namespace Provisioner.Dns.Cloudflare;

/// <summary>
/// Zones at Cloudflare, which keeps each record by itself; whose it is, its comment says. Thread-safe; make one per token,
/// since all its callers together are kept below the token's rate limit. Failures are <see cref="CloudflareException"/>s.
/// </summary>
public sealed class CloudflareDns : IDnsProvider, IDisposable
{
    private const int Rounds = 3;

    private readonly ApiCaller caller;
    private readonly CloudflareApi api;

    /// <param name="handler">Sends the requests; not disposed. Null makes one.</param>
    public CloudflareDns(CloudflareOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null, ILogger<CloudflareDns>? log = null)
    {
        time ??= TimeProvider.System;
        var endpoint = new ApiEndpoint(options.Endpoint, options.Token, options.CallTimeout, options.Attempts);
        var budget = new RateBudget(CloudflareDialect.Window, CloudflareDialect.Limit, time);
        caller = new ApiCaller(endpoint, new CloudflareDialect(options.Token), budget, handler, time, log ?? NullLogger<CloudflareDns>.Instance);
        api = new CloudflareApi(caller);
    }

    public async Task EnsureAsync(RecordSet set, Ownership owner, CancellationToken ct)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                await BringAsync(set, owner, ct);
                return;
            }
            catch (CloudflareException e) when (round < Rounds && e.Code is CloudflareErrors.RecordExists or CloudflareErrors.IdenticalRecordExists)
            {
                // A try whose answer was lost, or another process, was first: look again whose it is.
            }
        }
    }

    public async Task RemoveAsync(RecordName name, Ownership owner, CancellationToken ct)
    {
        foreach (var record in await FindOwnAsync(name, owner, ct))
        {
            await api.DeleteAsync(name.Zone, record.Id, ct);
        }
    }

    public async IAsyncEnumerable<OwnedRecordSet> ListAsync(string zone, string installation, [EnumeratorCancellation] CancellationToken ct)
    {
        var ours = new List<(CloudflareRecord Record, Ownership Owner, RecordType Type)>();
        await foreach (var record in api.ListAsync(zone, $"comment.startswith={Uri.EscapeDataString($"controlplane:{installation}:")}", ct))
        {
            if (Ownership.Read(record.Comment) is { } owner && owner.Installation == installation && Enum.TryParse<RecordType>(record.Type, out var type))
            {
                ours.Add((record, owner, type));
            }
        }

        foreach (var set in ours.GroupBy(o => (o.Record.Name, o.Type, o.Owner)))
        {
            var name = new RecordName(zone, RecordName.Relative(set.Key.Name, zone), set.Key.Type);
            var seconds = set.First().Record.Ttl;
            yield return new OwnedRecordSet(
                new RecordSet(name, [.. set.Select(o => Read(o.Type, o.Record.Content))], seconds == 1 ? null : TimeSpan.FromSeconds(seconds)), set.Key.Owner);
        }
    }

    public void Dispose() => caller.Dispose();

    private async Task BringAsync(RecordSet set, Ownership owner, CancellationToken ct)
    {
        var (name, seconds) = (set.Name, (int)set.Ttl.TotalSeconds);
        var existing = await FindOwnAsync(name, owner, ct);
        var kept = existing.Where(r => set.Values.Contains(Read(name.Type, r.Content), StringComparer.Ordinal)).DistinctBy(r => Read(name.Type, r.Content), StringComparer.Ordinal).ToList();
        var surplus = new Queue<CloudflareRecord>(existing.Except(kept));
        foreach (var value in set.Values.Except(kept.Select(r => Read(name.Type, r.Content)), StringComparer.Ordinal))
        {
            // Changing a record in place leaves no moment without an answer.
            var body = Body(name, value, seconds, owner);
            await (surplus.TryDequeue(out var old) ? api.ChangeAsync(name.Zone, old.Id, body, ct) : api.CreateAsync(name.Zone, body, ct));
        }

        foreach (var late in kept.Where(r => r.Ttl != seconds))
        {
            await api.ChangeAsync(name.Zone, late.Id, Body(name, Read(name.Type, late.Content), seconds, owner), ct);
        }

        foreach (var old in surplus)
        {
            await api.DeleteAsync(name.Zone, old.Id, ct);
        }
    }

    private async Task<List<CloudflareRecord>> FindOwnAsync(RecordName name, Ownership owner, CancellationToken ct)
    {
        var found = await api.ListAsync(name.Zone, $"type={name.Type}&name.exact={Uri.EscapeDataString(name.Host)}", ct).ToListAsync(ct);
        return found.TrueForAll(r => owner.Equals(Ownership.Read(r.Comment))) ? found : throw new ForeignObjectException($"DNS record {name}", ForeignObjectException.Comment);
    }

    private static CloudflareRecordBody Body(RecordName name, string value, int seconds, Ownership owner) =>
        new(name.Host, name.Type.ToString(), name.Type == RecordType.TXT ? TextValue.Quote(value) : value, seconds, owner.Comment);

    private static string Read(RecordType type, string content) => type == RecordType.TXT ? TextValue.Unquote(content) : content;
}
