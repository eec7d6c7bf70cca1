using ControlPlane.Operations;

namespace ControlPlane.Tenants.Domains;

/// <summary>Gives a tenant's own name up: runtimes forget it first, then its machine does, then the catalog.</summary>
public sealed class DomainRemoval : Workflow
{
    public override IReadOnlyList<Type> Steps { get; } = [typeof(CloseDomain), typeof(HideDomain), typeof(ForgetDomain)];

    /// <summary>Half removed it serves nobody; a second run does what the first left.</summary>
    public override bool Undoable => false;
}
