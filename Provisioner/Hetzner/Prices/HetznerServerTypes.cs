using System.Collections.Frozen;

namespace Provisioner.Hetzner.Prices;

/// <summary>The sizes of server that Hetzner sells, with prices, and where they are to be had.</summary>
public sealed class HetznerServerTypes : HetznerCatalogue<HetznerServerType>
{
    private static readonly FrozenDictionary<string, string> Successors = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["cx21"] = "cx23",
        ["cx31"] = "cx33",
        ["ccx32"] = "ccx33",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal HetznerServerTypes(HetznerApi api)
        : base(api, "server_types", "server_type", HetznerJson.Default.HetznerServerType)
    {
    }

    /// <summary>The name under which a type that was renamed is sold today; other names stay.</summary>
    public static string Current(string name) => Successors.GetValueOrDefault(name, name);
}
