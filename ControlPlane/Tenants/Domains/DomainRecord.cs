namespace ControlPlane.Tenants.Domains;

/// <summary>A DNS record as whoever keeps a zone writes it.</summary>
/// <param name="Type">A, AAAA or CNAME.</param>
public sealed record DomainRecord(string Type, string Name, string Value);
