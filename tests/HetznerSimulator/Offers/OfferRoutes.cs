using HetznerSimulator.Http;

namespace HetznerSimulator.Offers;

/// <summary>Locations, server types with their stock, and prices.</summary>
internal static class OfferRoutes
{
    public static void Map(Routes api)
    {
        api.Get("/locations", (cloud, call) => call.Page(
            "locations",
            call.Sort(call.Where(cloud.Stock.Locations, "name", l => l.Name), new() { ["id"] = l => l.Id, ["name"] = l => l.Name }),
            l => l));
        api.Get("/locations/{id}", (cloud, call) =>
            Answer.Ok("location", cloud.Stock.Locations.FirstOrDefault(l => l.Id == call.Id()) ?? throw CloudException.NotFound("location", call.Route("id"))));
        api.Get("/server_types", (cloud, call) => call.Page("server_types", call.Where(cloud.Stock.Types, "name", t => t.Name), cloud.Stock.Show));
        api.Get("/server_types/{id}", (cloud, call) =>
            Answer.Ok("server_type", cloud.Stock.Show(cloud.Stock.Types.FirstOrDefault(t => t.Id == call.Id()) ?? throw CloudException.NotFound("server_type", call.Route("id")))));
        api.Get("/pricing", (cloud, _) => Answer.Ok("pricing", Prices.All(cloud.Stock)));
    }
}
