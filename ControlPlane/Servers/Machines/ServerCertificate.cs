namespace ControlPlane.Servers.Machines;

/// <summary>For a host name. The key is a secret.</summary>
/// <param name="Chain">PEM, its own certificate first.</param>
/// <param name="Key">PEM.</param>
/// <param name="Revision">Changes with each renewal.</param>
public sealed record ServerCertificate(string Name, string Chain, string Key, int Revision)
{
    public override string ToString() => $"certificate of {Name}";
}
