namespace Provisioner.Hetzner.Servers;

/// <summary>What a server does; others than these pass by themselves.</summary>
public static class HetznerServerStatus
{
    public const string Running = "running";
    public const string Initializing = "initializing";
    public const string Starting = "starting";
    public const string Stopping = "stopping";
    public const string Off = "off";
    public const string Deleting = "deleting";
    public const string Rebuilding = "rebuilding";
}
