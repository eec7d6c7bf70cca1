using HetznerSimulator.Http;

namespace HetznerSimulator.Dns;

/// <summary>Record sets of a zone. Changes of different sets of a zone do not lock each other out.</summary>
internal static class RrSetRoutes
{
    private const string Path = "/zones/{id_or_name}/rrsets";
    private const string One = Path + "/{rr_name}/{rr_type}";

    public static void Map(Routes api)
    {
        api.Get(Path, List);
        api.Post(Path, (cloud, call) =>
        {
            var zone = ZoneRoutes.Of(cloud, call);
            var set = Make(zone, call.Body.Required("name"), call.Body.Required("type"), call.Body);
            return Answer.Created(new { Rrset = set.Show(), Action = Act(cloud, zone, "create_rrset") });
        });
        api.Get(One, (cloud, call) => Answer.Ok("rrset", Of(cloud, call).Show()));
        api.Put(One, (cloud, call) =>
        {
            var set = Of(cloud, call);
            set.Labels = call.Body.Labels() ?? set.Labels;
            return Answer.Ok("rrset", set.Show());
        });
        api.Delete(One, (cloud, call) => Change(cloud, Of(cloud, call), "delete_rrset", set => set.Zone.Remove(set)));
        api.Post(One + "/actions/set_records", (cloud, call) =>
            Change(cloud, Of(cloud, call), "set_rrset_records", set => set.Records = RecordRules.Read(call.Body, set.Type)));
        api.Post(One + "/actions/change_ttl", (cloud, call) => Change(cloud, Of(cloud, call), "change_rrset_ttl", set => set.Ttl = RecordRules.ReadTtl(call.Body)));
        api.Post(One + "/actions/add_records", Add);
        api.Post(One + "/actions/remove_records", Remove);
        api.Post(One + "/actions/change_protection", (cloud, call) =>
        {
            var set = Of(cloud, call);
            set.ChangeProtected = call.Body.Flag("change") ?? throw call.Body.Invalid("change", "is required");
            return Answer.Created("action", Act(cloud, set.Zone, "change_rrset_protection"));
        });
    }

    /// <summary>Makes a set of the body's records; one of the same name and type is a <c>uniqueness_error</c>.</summary>
    public static RrSet Make(Zone zone, string name, string type, Body body)
    {
        if (zone.Find(name, type) is not null)
        {
            throw CloudException.Taken("rrset", "name and type");
        }

        RecordRules.RefuseUnfitting(zone, name, type, body);
        return zone.Add(new() { Zone = zone, Name = name, Type = type, Ttl = RecordRules.ReadTtl(body), Records = RecordRules.Read(body, type), Labels = body.Labels() ?? Labels.None });
    }

    private static Answer List(Cloud cloud, Call call)
    {
        var name = call.Query("name");
        var selector = call.Query("label_selector") is { } text ? new LabelSelector(text) : null;
        var sets = call.Where(ZoneRoutes.Of(cloud, call).Sets, "type", s => s.Type).Where(s => (name is null || s.Name == name) && (selector is null || selector.Matches(s.Labels)));
        return call.Page("rrsets", call.Sort(sets, new() { ["id"] = s => $"{s.Name}/{s.Type}", ["name"] = s => s.Name, ["created"] = s => s.Zone.Created }), s => s.Show());
    }

    private static Answer Add(Cloud cloud, Call call)
    {
        var zone = ZoneRoutes.Of(cloud, call);
        if (zone.Find(call.Route("rr_name"), call.Route("rr_type")) is not { } set)
        {
            Make(zone, call.Route("rr_name"), call.Route("rr_type"), call.Body);
            return Answer.Created("action", Act(cloud, zone, "add_rrset_records"));
        }

        var more = RecordRules.Read(call.Body, set.Type);
        return set.Records.Any(r => more.Exists(m => m.Value == r.Value)) ? throw CloudException.Taken("record", "value")
            : Change(cloud, set, "add_rrset_records", s => s.Records = [.. s.Records, .. more]);
    }

    private static Answer Remove(Cloud cloud, Call call)
    {
        var set = Of(cloud, call);
        var gone = RecordRules.Read(call.Body, set.Type).Select(r => r.Value).ToHashSet(StringComparer.Ordinal);
        if (!gone.IsSubsetOf(set.Records.Select(r => r.Value)))
        {
            throw CloudException.NotFound("record", string.Join(", ", gone));
        }

        return Change(cloud, set, "remove_rrset_records", s =>
        {
            s.Records = [.. s.Records.Where(r => !gone.Contains(r.Value))];
            if (s.Records.Count == 0)
            {
                s.Zone.Remove(s);
            }
        });
    }

    private static Answer Change(Cloud cloud, RrSet set, string command, Action<RrSet> change)
    {
        set.RefuseIfProtected();
        change(set);
        return Answer.Created("action", Act(cloud, set.Zone, command));
    }

    private static object Act(Cloud cloud, Zone zone, string command) => cloud.Actions.Start(command, [new(zone.Id, "zone")], locks: false).Show();

    private static RrSet Of(Cloud cloud, Call call) =>
        ZoneRoutes.Of(cloud, call).Find(call.Route("rr_name"), call.Route("rr_type")) ?? throw CloudException.NotFound("rrset", $"{call.Route("rr_name")}/{call.Route("rr_type")}");
}
