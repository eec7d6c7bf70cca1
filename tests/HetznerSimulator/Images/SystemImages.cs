namespace HetznerSimulator.Images;

/// <summary>The cloud's own images: one name for both architectures, an id for each.</summary>
internal static class SystemImages
{
    private static readonly (long Id, string Flavor, string Version, string Description)[] Known =
    [
        (114690387, "debian", "12", "Debian 12"),
        (310557660, "debian", "13", "Debian 13"),
        (161547269, "ubuntu", "24.04", "Ubuntu 24.04"),
    ];

    public static IEnumerable<Image> All(DateTimeOffset created) =>
        from image in Known
        from architecture in (string[])["x86", "arm"]
        select new Image
        {
            Id = architecture == "x86" ? image.Id : image.Id + 1,
            Name = $"{image.Flavor}-{image.Version}",
            Created = created,
            IsSystem = true,
            Description = image.Description,
            Architecture = architecture,
            Flavor = image.Flavor,
            Version = image.Version,
            DiskSize = 5,
        };
}
