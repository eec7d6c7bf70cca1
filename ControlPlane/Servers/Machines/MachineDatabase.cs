namespace ControlPlane.Servers.Machines;

/// <summary>How to reach a machine's PostgreSQL. The connection string is a secret.</summary>
/// <param name="Certificate">PEM by which it is known; null without TLS.</param>
public sealed record MachineDatabase(string AdminConnection, string? Certificate)
{
    public override string ToString() => "(hidden)";
}
