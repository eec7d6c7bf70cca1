using System.Reflection;

namespace HetznerSimulator.Hosts;

/// <summary>The shell scripts that lie beside this file; they go on, or are begun, when this process has died.</summary>
internal static class HostScript
{
    public static string BaseTree { get; } = Read("base-tree.sh");

    public static string RemoveWorld { get; } = Read("remove-world.sh");

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{typeof(HostScript).Namespace}.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
