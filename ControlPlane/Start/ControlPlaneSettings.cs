using ControlPlane.Billing;
using ControlPlane.Certificates;

namespace ControlPlane.Start;

/// <summary>Everything that can be set, by configuration section <c>ControlPlane</c>. Paths are made absolute.</summary>
public sealed record ControlPlaneSettings
{
    /// <summary>Connection string of the catalog; null runs PostgreSQL on this machine under <see cref="Data"/>.</summary>
    public string? Catalog { get; init; }

    /// <summary>Folder of everything that this process keeps on disk.</summary>
    public string Data { get; init; } = ".data";

    /// <summary>Folder of the keys that secrets are encrypted with; by default under <see cref="Data"/>.</summary>
    public string? Keys { get; init; }

    /// <summary>File that the first admin's key is written to; by default under <see cref="Data"/>.</summary>
    public string? AdminKeyFile { get; init; }

    /// <summary>The tenant application's migrations: a folder of SQL files, or an assembly with EF Core migrations.</summary>
    public string? Migrations { get; init; }

    /// <summary>Where a tenant's people find it; <c>{slug}</c> is replaced.</summary>
    public string TenantUrl { get; init; } = "http://{slug}.localhost:5081";

    /// <summary>Operations that this process runs at once.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>Warm databases kept ready on the server that the embedded default makes.</summary>
    public int EmbeddedWarm { get; init; } = 5;

    /// <summary>Databases that the server of the embedded default takes.</summary>
    public int EmbeddedCapacity { get; init; } = 2000;

    /// <summary>
    /// Whether PostgreSQL of the embedded default ends when this process is asked to stop. By default it goes on, so that
    /// tenants are served while the control plane is restarted.
    /// </summary>
    public bool EmbeddedStopsToo { get; init; }

    /// <summary>How tenants move from server to server.</summary>
    public MoveSettings Moves { get; init; } = new();

    /// <summary>How machines are made.</summary>
    public MachineSettings Machines { get; init; } = new();

    /// <summary>Whether a machine can be had: bought, or as a cluster beside the embedded ones.</summary>
    public bool MakesMachines => Machines.UsesCloud || Catalog is null;

    public string KeysFolder => Keys ?? Path.Combine(Data, "keys");

    public string AdminKeyPath => AdminKeyFile ?? Path.Combine(Data, "admin.key");

    public string DumpsFolder => Path.Combine(Data, "dumps");

    /// <summary>Certificates of servers, beside the catalog's own word for them; any node writes its own.</summary>
    public string CertificatesFolder => Path.Combine(Data, "certificates");

    /// <summary>Releases that were fetched from the catalog.</summary>
    public string ReleasesFolder => Path.Combine(Data, "releases");

    public string PostgresFolder => Path.Combine(Data, "postgres");

    /// <summary>The host below which slugs live, without port: <c>localhost</c> of <c>http://{slug}.localhost:5081</c>.</summary>
    public string TenantHost => new Uri(TenantUrlOf("slug")).Host["slug.".Length..];

    /// <summary>The host name of <see cref="TenantUrlOf"/>.</summary>
    public string TenantHostOf(string slug) => new Uri(TenantUrlOf(slug)).Host;

    public string TenantUrlOf(string slug) => TenantUrl.Replace("{slug}", slug, StringComparison.Ordinal);

    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="SettingsException">Names every wrong or missing one, with its remedy.</exception>
    public static ControlPlaneSettings Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        var settings = new ControlPlaneSettings();
        try
        {
            settings = configuration.GetSection("ControlPlane").Get<ControlPlaneSettings>() ?? settings;
        }
        catch (InvalidOperationException error)
        {
            faults.Add($"{error.Message} Correct the value.");
        }

        if (settings.Catalog is { } catalog)
        {
            try
            {
                _ = new Npgsql.NpgsqlConnectionStringBuilder(catalog);
            }
            catch (ArgumentException)
            {
                faults.Add("ControlPlane__Catalog is no connection string. Write it as Host=…;Database=…;Username=…;Password=….");
            }
        }

        if (settings.Migrations is null)
        {
            faults.Add("ControlPlane__Migrations is missing. Name the folder of SQL migrations, or the assembly with EF Core migrations, of the tenant application.");
        }
        else if (!File.Exists(settings.Migrations) && !Directory.Exists(settings.Migrations))
        {
            faults.Add($"ControlPlane__Migrations names '{settings.Migrations}', which does not exist. Build the tenant application, or correct the path.");
        }

        if (!Uri.TryCreate(settings.TenantUrlOf("slug"), UriKind.Absolute, out var url) || !url.Host.StartsWith("slug.", StringComparison.Ordinal))
        {
            faults.Add($"ControlPlane__TenantUrl is '{settings.TenantUrl}'. Write it as https://{{slug}}.example.com.");
        }

        if (settings.Workers is < 1 or > 256)
        {
            faults.Add($"ControlPlane__Workers is {settings.Workers}. Choose 1 to 256.");
        }

        if (settings.EmbeddedWarm < 0 || settings.EmbeddedCapacity < 1)
        {
            faults.Add("ControlPlane__EmbeddedWarm must be 0 or more and ControlPlane__EmbeddedCapacity 1 or more.");
        }

        settings.Moves.Check(faults);
        var machines = MachineSettings.Read(configuration, faults);
        AcmeSettings.Read(configuration, faults);
        DnsSettings.Read(configuration, faults);
        BillingSettings.Read(configuration, faults);
        return faults.Count == 0
            ? settings with { Machines = machines, Data = Path.GetFullPath(settings.Data), Migrations = Path.GetFullPath(settings.Migrations!) }
            : throw new SettingsException(faults);
    }
}
