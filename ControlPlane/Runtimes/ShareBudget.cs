using ControlPlane.Access;
using ControlPlane.Api;
using TenantRuntime.Connections;
using TenantRuntime.Routes;

namespace ControlPlane.Runtimes;

/// <summary>
/// A runtime says what it needs on each server and is told what it may hold. It changes nothing that a person asked for, so it
/// is not audited.
/// </summary>
public sealed class ShareBudget : IEndpoint
{
    private const int MostServers = 10_000;

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost("/runtime/budget", async (HttpContext http, RuntimeShares shares, Caller caller, CancellationToken ct) =>
            Results.Json(new BudgetGrant(await shares.GrantAsync(await ReadAsync(http, ct), caller, ct)), RouteJson.Options)).Requires(Role.Runtime);

    private static async Task<BudgetRequest> ReadAsync(HttpContext http, CancellationToken ct)
    {
        var request = await RuntimeBody.ReadAsync<BudgetRequest>(http, "a budget request: instance and servers", ct);
        var faults = new List<Fault>();
        if (request?.Instance is not { Length: > 0 and <= RuntimeBody.LongestInstance })
        {
            faults.Add(new("instance", $"must have 1 to {RuntimeBody.LongestInstance} characters"));
        }

        if (request?.Servers is not { Count: <= MostServers } servers || servers.Any(s => s.InUse < 0 || s.Wanted < 0))
        {
            faults.Add(new("servers", $"must be at most {MostServers}, each with inUse and wanted of 0 or more"));
        }
        else if (servers.DistinctBy(s => s.ServerId).Count() < servers.Count)
        {
            faults.Add(new("servers", "must name each server once"));
        }

        return faults.Count == 0 ? request! : throw InvalidRequest.Of([.. faults]);
    }
}
