namespace EndToEnd.World;

/// <summary>Where the build has put what the tests start.</summary>
internal static class Programs
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    /// <summary>The repository's.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Output.FullName, "..", "..", "..", "..", ".."));

    public static string ControlPlane => In("ControlPlane", "ControlPlane.dll");

    public static string Crm => In("samples/Crm", "Crm.dll");

    public static string Tour => In("samples/Tour", "Tour.dll");

    private static string In(string project, string dll) => Path.Combine(Root, project, "bin", Output.Parent!.Name, Output.Name, dll);
}
