using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Operations;

/// <summary>
/// Follows an operation as server-sent events: <c>log</c> for each line, <c>operation</c> for each change of state or step,
/// the whole as <see cref="ShowOperation.Answer"/> shows it. Ends after the operation has, or when this process is to stop.
/// </summary>
public sealed class WatchOperation : IEndpoint
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapGet("/operations/{id:guid}/events", (
            Guid id, IDbContextFactory<CatalogDb> catalogs, Workflows workflows, CatalogEvents events, CancellationToken ct) =>
            TypedResults.ServerSentEvents(FollowAsync(id, catalogs, workflows, events, ct))).Requires(Role.Viewer);

    private static async IAsyncEnumerable<SseItem<string>> FollowAsync(
        Guid id, IDbContextFactory<CatalogDb> catalogs, Workflows workflows, CatalogEvents events, [EnumeratorCancellation] CancellationToken ct)
    {
        using var follower = events.Follow(CatalogEvents.Operations);
        string? shown = null;
        long last = 0;
        while (!follower.HasEnded)
        {
            await using var db = await catalogs.CreateDbContextAsync(ct);
            var answer = await ShowOperation.ReadAsync(db, workflows, id, ct);
            foreach (var line in answer.Log.Where(l => l.Seq > last))
            {
                last = line.Seq;
                yield return Item(line, "log");
            }

            var state = JsonSerializer.Serialize(answer with { Log = [] }, ApiJson.Options);
            if (state != shown)
            {
                shown = state;
                yield return new SseItem<string>(state, "operation");
            }

            if (!answer.Operation.GoesOn())
            {
                yield break;
            }

            while (true)
            {
                var signals = await follower.NextAsync(Heartbeat, ct);
                if (signals.Count == 0)
                {
                    yield return new SseItem<string>("", "heartbeat");
                }

                if (signals.Contains(id.ToString()) || signals.Contains("") || signals.Count == 0)
                {
                    break;
                }
            }
        }
    }

    private static SseItem<string> Item<T>(T value, string type) => new(JsonSerializer.Serialize(value, ApiJson.Options), type);
}
