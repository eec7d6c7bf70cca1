using HetznerSimulator.Calls;
using HetznerSimulator.Faults;
using HetznerSimulator.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace HetznerSimulator.Control;

/// <summary>What a test or a person does to the simulator beside the API, under <c>/_simulator</c>; without a token, on loopback only.</summary>
internal static class ControlRoutes
{
    public static void Map(WebApplication web, Simulator simulator)
    {
        var control = web.MapGroup("/_simulator");
        control.MapGet("/", () => Guide.Text);
        control.MapGet("/faults", () => Show(simulator.Faults.All));
        control.MapPost("/faults", (HttpRequest request, CancellationToken ct) => DoAsync<Fault>(request, simulator.Faults.Add, ct));
        control.MapDelete("/faults", simulator.ClearFaults);
        control.MapGet("/calls", (string? method, string? path) => Show(ShowCalls(simulator, method ?? "*", path ?? "*")));
        control.MapDelete("/calls", simulator.Calls.Clear);
        control.MapGet("/violations", () => Show(simulator.Violations.All));
        control.MapPut("/stock", (HttpRequest request, CancellationToken ct) =>
            DoAsync<StockWish>(request, wish => simulator.Change(cloud => cloud.Stock.SetSoldOut(wish.Type, wish.Location, wish.SoldOut)), ct));
        control.MapPut("/limits", (HttpRequest request, CancellationToken ct) =>
            DoAsync<LimitWish>(request, wish => simulator.Change(cloud => cloud.SetLimit(wish.Kind, wish.Limit)), ct));
        control.MapPost("/servers", (HttpRequest request, CancellationToken ct) =>
            DoAsync<ServersWish>(request, wish => simulator.AddServers(wish.Count, wish.Prefix, wish.Labels), ct));
        control.MapDelete("/servers/{id:long}", (long id, bool? reuseAddress) => Do(() => simulator.Vanish(id, reuseAddress ?? false)));
    }

    private static object ShowCalls(Simulator simulator, string method, string path)
    {
        var calls = simulator.Calls.All.Where(c => CallLog.Matches(method, c.Method) && CallLog.Matches(path, c.Path)).ToList();
        return new { calls.Count, Calls = calls };
    }

    private static IResult Show(object body) => Results.Json(body, Json.Options);

    private static async Task<IResult> DoAsync<T>(HttpRequest request, Action<T> act, CancellationToken ct)
    {
        try
        {
            var wish = await request.ReadFromJsonAsync<T>(Json.Options, ct);
            return wish is null ? Results.BadRequest(Guide.Text) : Do(() => act(wish));
        }
        catch (System.Text.Json.JsonException e)
        {
            return Results.BadRequest($"{e.Message}\n\n{Guide.Text}");
        }
    }

    private static IResult Do(Action act)
    {
        try
        {
            act();
            return Results.NoContent();
        }
        catch (ArgumentException e)
        {
            return Results.BadRequest(e.Message);
        }
        catch (CloudException e)
        {
            return Results.Json(e.Body, Json.Options, statusCode: e.Status);
        }
    }

    private sealed record StockWish(string Type, string Location, bool SoldOut = true);

    private sealed record LimitWish(string Kind, int? Limit);

    private sealed record ServersWish(int Count, string Prefix, Dictionary<string, string> Labels);
}
