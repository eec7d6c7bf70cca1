namespace Provisioner.Hetzner.Servers;

/// <summary>What to buy and where: <c>cx33</c> in <c>fsn1</c>.</summary>
public sealed record ServerChoice(string ServerType, string Location)
{
    public override string ToString() => $"{ServerType} in {Location}";
}
