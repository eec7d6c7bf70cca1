using System.Net;
using Provisioner;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Start;

/// <summary>How machines are made; sections <c>Machines</c>, <c>Dns</c>, <c>Hetzner</c> and <c>Cloudflare</c>.</summary>
public sealed record MachineSettings
{
    private const string DefaultChoices = "cx33@fsn1,cx33@nbg1,cx33@hel1,ccx13@fsn1,ccx13@nbg1,ccx13@hel1";

    /// <summary>What a dedicated server may be, the first choice first: <c>cx33@fsn1,ccx13@nbg1</c>.</summary>
    public string Choices { get; init; } = DefaultChoices;

    /// <summary>System image that machines are made from while there is no golden one.</summary>
    public string Image { get; init; } = "debian-12";

    /// <summary>Addresses from which this control plane reaches machines, as <c>203.0.113.5/32,…</c>: nobody else gets to their databases.</summary>
    public string Egress { get; init; } = "";

    /// <summary>Where applications on machines reach this control plane.</summary>
    public string? ControlPlane { get; init; }

    /// <summary>Folder of <c>site.yml</c>.</summary>
    public string Playbooks { get; init; } = "ansible";

    /// <summary>Warm dedicated machines to keep.</summary>
    public int Warm { get; init; }

    /// <summary>Zone that tenants' host names are in; null leaves DNS to somebody else.</summary>
    public string? Zone { get; init; }

    /// <summary><c>hetzner</c> or <c>cloudflare</c>.</summary>
    public string Provider { get; init; } = "hetzner";

    public CloudSettings Cloud { get; init; } = new();

    /// <summary>Whether machines are bought; else they are PostgreSQL clusters on this machine.</summary>
    public bool UsesCloud => Cloud.HetznerToken is not null;

    public IReadOnlyList<ServerChoice> RankedChoices => [.. Split(Choices).Select(ReadChoice).OfType<ServerChoice>()];

    public IReadOnlyList<string> EgressNetworks => Split(Egress);

    /// <summary>Null when it has another form than <c>TYPE@LOCATION</c>.</summary>
    public static ServerChoice? ReadChoice(string text) => text.Split('@') is [{ Length: > 0 } type, { Length: > 0 } location] ? new(type, location) : null;

    /// <summary>Reads and checks them, adding what is wrong.</summary>
    public static MachineSettings Read(IConfiguration configuration, List<string> faults)
    {
        var settings = (configuration.GetSection("Machines").Get<MachineSettings>() ?? new()) with
        {
            Zone = configuration["Dns:Zone"],
            Provider = configuration["Dns:Provider"] ?? "hetzner",
            Cloud = new CloudSettings
            {
                HetznerToken = configuration["Hetzner:Token"],
                HetznerEndpoint = configuration["Hetzner:Endpoint"],
                CloudflareToken = configuration["Cloudflare:Token"],
                CloudflareEndpoint = configuration["Cloudflare:Endpoint"],
            },
        };
        faults.AddRange(settings.Cloud.Faults(
            needsHetzner: settings is { Zone: not null, Provider: "hetzner" }, needsCloudflare: settings is { Zone: not null, Provider: "cloudflare" }));
        faults.AddRange(settings.Faults());
        return settings with { Playbooks = Path.GetFullPath(settings.Playbooks) };
    }

    private IEnumerable<string> Faults()
    {
        if (Provider is not ("hetzner" or "cloudflare"))
        {
            yield return $"Dns__Provider is '{Provider}'. Choose hetzner or cloudflare.";
        }

        foreach (var choice in Split(Choices).Where(c => ReadChoice(c) is null))
        {
            yield return $"Machines__Choices holds '{choice}'. Write choices as TYPE@LOCATION, such as cx33@fsn1,ccx13@nbg1.";
        }

        foreach (var network in EgressNetworks.Where(n => !IPNetwork.TryParse(n, out _)))
        {
            yield return $"Machines__Egress holds '{network}'. Write networks such as 203.0.113.5/32.";
        }

        if (Warm is < 0 or > 100)
        {
            yield return $"Machines__Warm is {Warm}. Choose 0 to 100.";
        }

        if (!UsesCloud)
        {
            yield break;
        }

        if (RankedChoices.Count == 0)
        {
            yield return "Machines__Choices is empty. Name at least one type and location, such as cx33@fsn1.";
        }

        if (EgressNetworks.Count == 0)
        {
            yield return "Machines__Egress is missing. Name the addresses from which this control plane goes out, such as 203.0.113.5/32: databases of machines let in nobody else.";
        }

        if (!Uri.TryCreate(ControlPlane, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return "Machines__ControlPlane is missing or no address. Say where applications reach this control plane, such as https://control.example.com.";
        }

        if (!File.Exists(Path.Combine(Playbooks, "site.yml")))
        {
            yield return $"Machines__Playbooks is '{Playbooks}', where there is no site.yml. Name the folder ansible/ of this project.";
        }
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
