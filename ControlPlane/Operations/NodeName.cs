namespace ControlPlane.Operations;

/// <summary>Names this process among the control planes on one catalog; a restarted process is another node.</summary>
public sealed record NodeName(string Value)
{
    public static NodeName Create() =>
        new($"{Environment.MachineName}/{Environment.ProcessId}/{Guid.CreateVersion7().ToString("N")[^6..]}");
}
