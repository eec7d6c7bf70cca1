namespace ControlPlane.Access;

/// <summary>
/// Settings of this room. <c>ControlPlane:Keys</c>: folder of the key ring; without it, keys are made in
/// <c>ControlPlane:Data</c> (default <c>.data</c>) at the first start. <c>ControlPlane:AdminKeyFile</c>: where the first admin
/// key is left. <c>ControlPlane:Proxies</c>: addresses whose forwarded headers count.
/// </summary>
public sealed class AccessSettings
{
    public AccessSettings(IConfiguration configuration)
    {
        var section = configuration.GetSection("ControlPlane");
        var data = section["Data"] ?? ".data";
        OwnKeys = section["Keys"] is null;
        KeyFolder = Path.GetFullPath(section["Keys"] ?? Path.Combine(data, "keys"));
        AdminKeyFile = Path.GetFullPath(section["AdminKeyFile"] ?? Path.Combine(data, "admin.key"));
        Proxies = (section["Proxies"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        PerAddress = section.GetValue("Limits:PerAddress", 1000);
        PerKey = section.GetValue("Limits:PerKey", 500);
        FailedPerAddress = section.GetValue("Limits:FailedPerAddress", 10);
    }

    /// <summary>Nobody named a key folder, so a missing key is made.</summary>
    public bool OwnKeys { get; }

    public string KeyFolder { get; }

    public string AdminKeyFile { get; }

    public IReadOnlyList<string> Proxies { get; }

    /// <summary>Requests per second from one address; four seconds' worth may come at once.</summary>
    public int PerAddress { get; }

    /// <summary>Requests per second with one key; four seconds' worth may come at once.</summary>
    public int PerKey { get; }

    /// <summary>Failed authentications per minute from one address.</summary>
    public int FailedPerAddress { get; }
}
