using ControlPlane.Problems;

namespace ControlPlane.Catalog;

/// <summary>A host name of a tenant's own, lower case.</summary>
public sealed class Domain
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; init; }

    public required Guid TenantId { get; init; }

    public DomainState State { get; private set; } = DomainState.Adding;

    /// <summary>Of its certificate, when it was last brought to the machine that serves it; null where TLS ends elsewhere.</summary>
    public int? CertificateRevision { get; set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public void Serve() => State = State is DomainState.Adding or DomainState.Served
        ? DomainState.Served
        : throw Problem.InvalidState($"Domain '{Name}'", State.ToString(), nameof(DomainState.Served));

    public void BeginRemoval() => State = DomainState.Removing;
}
