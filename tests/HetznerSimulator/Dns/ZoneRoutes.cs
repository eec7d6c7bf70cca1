using System.Text.RegularExpressions;
using HetznerSimulator.Http;

namespace HetznerSimulator.Dns;

/// <summary>Zones, by id or by name.</summary>
internal static partial class ZoneRoutes
{
    private const int UsualTtl = 3600;

    public static void Map(Routes api)
    {
        api.Get("/zones", (cloud, call) => call.Page("zones", call.Filter(call.Where(cloud.Zones.All, "mode", _ => "primary")), z => z.Show()));
        api.Post("/zones", Create);
        api.Get("/zones/{id_or_name}", (cloud, call) => Answer.Ok("zone", Of(cloud, call).Show()));
        api.Put("/zones/{id_or_name}", (cloud, call) =>
        {
            var zone = Of(cloud, call);
            zone.Labels = call.Body.Labels() ?? zone.Labels;
            return Answer.Ok("zone", zone.Show());
        });
        api.Delete("/zones/{id_or_name}", Delete);
        api.Post("/zones/{id_or_name}/actions/change_ttl", (cloud, call) =>
        {
            var (zone, ttl) = (Of(cloud, call), RecordRules.ReadTtl(call.Body) ?? throw call.Body.Invalid("ttl", "is required"));
            return Answer.Created("action", cloud.Act("change_ttl", cloud.Zones, zone, () => zone.Ttl = ttl).Show());
        });
        api.Post("/zones/{id_or_name}/actions/change_protection", (cloud, call) =>
        {
            var zone = Of(cloud, call);
            var delete = call.Body.Flag("delete") ?? zone.DeleteProtected;
            return Answer.Created("action", cloud.Act("change_protection", cloud.Zones, zone, () => zone.DeleteProtected = delete).Show());
        });
    }

    /// <summary>The zone of the call's path.</summary>
    public static Zone Of(Cloud cloud, Call call) => cloud.Zones.FindByKey(call.Route("id_or_name")) ?? throw CloudException.NotFound("zone", call.Route("id_or_name"));

    private static Answer Create(Cloud cloud, Call call)
    {
        var name = call.Body.Required("name");
        if (!Domain().IsMatch(name))
        {
            throw call.Body.Invalid("name", "must be a domain in lower case without a trailing dot");
        }

        if (call.Body.Required("mode") != "primary" || call.Body.Has("zonefile"))
        {
            throw call.Body.Invalid("mode", "the simulator serves primary zones without zone file");
        }

        cloud.Zones.MakeRoomFor(name);
        var zone = new Zone { Id = cloud.NextId(), Name = name, Created = cloud.Now, Labels = call.Body.Labels() ?? Labels.None, Ttl = RecordRules.ReadTtl(call.Body) ?? UsualTtl };
        zone.AddDefaults();
        foreach (var set in call.Body.Objects("rrsets"))
        {
            RrSetRoutes.Make(zone, set.Required("name"), set.Required("type"), set);
        }

        cloud.Zones.Add(zone);
        return Answer.Created(new { Zone = zone.Show(), Action = cloud.Act("create_zone", cloud.Zones, zone).Show() });
    }

    private static Answer Delete(Cloud cloud, Call call)
    {
        var zone = Of(cloud, call);
        zone.RefuseIfProtected();
        var action = cloud.Act("delete_zone", cloud.Zones, zone);
        cloud.Zones.Remove(zone);
        return Answer.Created("action", action.Show());
    }

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Domain();
}
