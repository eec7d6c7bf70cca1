using System.Text.Json;

namespace HetznerSimulator.Tests.World;

/// <summary>An answer of the cloud.</summary>
public sealed record Reply(int Status, JsonElement Body, HttpResponseMessage Http)
{
    public string ErrorCode => Body.GetProperty("error").GetProperty("code").GetString()!;

    /// <summary>A member by its path: <c>server.public_net.ipv4.ip</c>, <c>actions.0.status</c>.</summary>
    public JsonElement this[string path] => path.Split('.').Aggregate(Body, (e, part) => int.TryParse(part, out var index) ? e[index] : e.GetProperty(part));

    public long Id(string path) => this[path].GetInt64();

    public string Text(string path) => this[path].GetString()!;

    public List<JsonElement> List(string path) => [.. this[path].EnumerateArray()];

    /// <summary>The reply itself where it has this status.</summary>
    public Reply With(int status)
    {
        Status.ShouldBe(status, Body.ValueKind == JsonValueKind.Undefined ? "" : Body.GetRawText());
        return this;
    }
}
