namespace ControlPlane.Servers.Machines;

/// <summary>What a machine shall be for whom it is for. Holds secrets.</summary>
/// <param name="RuntimeKey">API key of its application.</param>
/// <param name="TenantHost">Host name of the tenant it is for; null while there is none.</param>
/// <param name="Certificate">For that host name; null lets it make one of its own, which no browser trusts.</param>
/// <param name="Release">What it runs; null is nothing yet.</param>
/// <param name="Peers">Addresses of the servers that its databases exchange rows with.</param>
public sealed record MachineSetup(string RuntimeKey, string? TenantHost, ServerCertificate? Certificate, ReleaseFile? Release, IReadOnlyList<string> Peers)
{
    public override string ToString() => TenantHost ?? "(no tenant)";
}
