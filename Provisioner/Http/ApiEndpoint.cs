namespace Provisioner.Http;

/// <summary>Where an API is, who we are there, and how patient we are with it.</summary>
internal sealed record ApiEndpoint(Uri Address, string Token, TimeSpan CallTimeout, int Attempts)
{
    public override string ToString() => Address.ToString();
}
