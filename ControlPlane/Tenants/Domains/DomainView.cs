using ControlPlane.Catalog;

namespace ControlPlane.Tenants.Domains;

/// <summary>A tenant's own host name as lists show it.</summary>
/// <param name="Records">What its DNS must say, each of them alone will do; none where tenants are found on the control plane's machine only.</param>
/// <param name="Change">Its tenant has moved, so that its DNS must say something else than before; null when it has not.</param>
/// <param name="CertificateUntil">When its certificate ends; null when there is none here.</param>
/// <param name="Operation">The work on it that is under way, or that failed last; null when there is none.</param>
/// <param name="Status">What that work waits for.</param>
/// <param name="LastError">Why that work failed, or why its certificate was not renewed when that was last tried.</param>
public sealed record DomainView(
    string Name,
    DomainState State,
    IReadOnlyList<DomainRecord> Records,
    DomainChange? Change,
    DateTimeOffset? CertificateUntil,
    Guid? Operation,
    string? Status,
    string? LastError,
    DateTimeOffset CreatedAt);
