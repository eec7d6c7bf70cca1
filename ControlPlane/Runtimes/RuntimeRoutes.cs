using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using TenantRuntime.Routes;

namespace ControlPlane.Runtimes;

/// <summary>What runtimes read: all their routes once, then each change as it is committed. Who knows more than the catalog gets 410 and begins anew.</summary>
public sealed class RuntimeRoutes : IEndpoint
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapGet("/runtime/routes", async (RouteReader routes, Caller caller, CancellationToken ct) =>
            Results.Json(await routes.ReadAllAsync(caller.ServerIds, ct), RouteJson.Options)).Requires(Role.Runtime);
        v1.MapGet("/runtime/changes", async (long after, RouteReader routes, Caller caller, CatalogEvents events, CancellationToken ct) =>
        {
            await RequireKnownAsync(after, routes, ct);
            return TypedResults.ServerSentEvents(FollowAsync(after, routes, caller.ServerIds, events, ct));
        }).Requires(Role.Runtime);
    }

    /// <summary>A runtime may know more than a catalog that was restored; it would ignore all that comes until the catalog has caught up.</summary>
    private static async Task RequireKnownAsync(long after, RouteReader routes, CancellationToken ct)
    {
        if (await routes.ReadHeadAsync(ct) is var head && after > head)
        {
            throw new ProblemException(410, "revision_unknown", $"There was no revision {after}; the newest is {head}.", "Fetch all routes again with: GET /v1/runtime/routes");
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> FollowAsync(
        long after, RouteReader routes, IReadOnlySet<Guid>? servers, CatalogEvents events, [EnumeratorCancellation] CancellationToken ct)
    {
        using var follower = events.Follow(CatalogEvents.Routes);
        while (!follower.HasEnded)
        {
            foreach (var change in await routes.ReadAsync(after, servers, ct))
            {
                after = change.Revision;
                yield return new SseItem<string>(JsonSerializer.Serialize(change, RouteJson.Options), "route") { EventId = $"{after}" };
            }

            while ((await follower.NextAsync(Heartbeat, ct)).Count == 0 && !follower.HasEnded)
            {
                yield return new SseItem<string>("", "heartbeat");
            }
        }
    }
}
