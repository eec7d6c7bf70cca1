namespace Provisioner.Moves;

/// <summary>Whether the extensions of a tenant's database can be made on the target by its owner role.</summary>
internal static class ExtensionChecks
{
    /// <summary>Debian's packages that are not called as their extension.</summary>
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["vector"] = "pgvector",
        ["postgis"] = "postgis-3",
        ["postgis_raster"] = "postgis-3",
        ["postgis_topology"] = "postgis-3",
        ["pg_cron"] = "cron",
        ["pg_partman"] = "partman",
        ["pg_repack"] = "repack",
    };

    public static async Task<IReadOnlyList<MoveFinding>> CompareAsync(CatalogSession source, CatalogSession target, int targetMajor, CancellationToken ct)
    {
        var wanted = await source.ListAsync(
            "select extname::text, extversion from pg_extension where extname <> 'plpgsql' order by 1", row => (Name: row.GetString(0), Version: row.GetString(1)), ct);
        var offered = (await target.ListAsync(
            """
            select e.name::text, e.default_version, array(select version from pg_available_extension_versions v where v.name = e.name),
                   coalesce((select trusted or not superuser from pg_available_extension_versions v where v.name = e.name and v.version = e.default_version), false)
            from pg_available_extensions e where e.name = any($1)
            """,
            row => (Name: row.GetString(0), Version: row.GetString(1), Versions: row.GetFieldValue<string[]>(2), IsTrusted: row.GetBoolean(3)),
            ct,
            wanted.Select(e => e.Name).ToArray())).ToDictionary(e => e.Name, StringComparer.Ordinal);

        var findings = new List<MoveFinding>();
        foreach (var (name, version) in wanted)
        {
            if (!offered.TryGetValue(name, out var offer))
            {
                findings.Add(new(
                    "extension_missing", MoveVerdict.Refused, name, $"{target.Place} does not have it.",
                    $"On that host: apt install postgresql-{targetMajor}-{Packages.GetValueOrDefault(name, name.Replace('_', '-'))} (apt-cache search postgresql-{targetMajor} lists what there is)."));
            }
            else if (!offer.IsTrusted)
            {
                // A dump is no way round: it is restored by the same role. And making it as a superuser would hand a tenant a power,
                // such as to reach other servers or read files, that only an administrator may give.
                findings.Add(new(
                    "extension_untrusted", MoveVerdict.Refused, name, "Only a superuser may make it, and no superuser restores a tenant's schema.",
                    $"Drop extension {name} if nothing needs it, or leave this tenant where it is."));
            }
            else if (!offer.Versions.Contains(version, StringComparer.Ordinal))
            {
                findings.Add(new(
                    "extension_version", MoveVerdict.Warning, name, $"Version {version} here; {target.Place} has {string.Join(", ", offer.Versions)} and will use {offer.Version}.",
                    "Upgrade the older package, unless the versions are known to go together."));
            }
        }

        return findings;
    }
}
