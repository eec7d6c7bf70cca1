namespace HetznerSimulator.Tests.Tools;

/// <summary>A test with the vendor's command line tool, skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VendorToolFactAttribute : FactAttribute
{
    public VendorToolFactAttribute() => Skip = IsInstalled() ? null : "The vendor's tool is not installed: apt-get install hcloud-cli";

    private static bool IsInstalled() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "hcloud")));
}
