namespace HetznerSimulator.Servers;

/// <summary>What a server is doing.</summary>
public enum ServerStatus
{
    Initializing,
    Starting,
    Running,
    Off,
}
