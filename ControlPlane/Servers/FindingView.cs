using ControlPlane.Catalog;

namespace ControlPlane.Servers;

/// <summary>A finding as people read it.</summary>
public sealed record FindingView(
    Guid Id, string Kind, string Subject, string Detail, string Advice, DateTimeOffset FirstSeen, DateTimeOffset LastSeen)
{
    internal static IQueryable<FindingView> Of(IQueryable<Finding> findings) =>
        findings.Select(f => new FindingView(f.Id, f.Kind, f.Subject, f.Detail, f.Advice, f.FirstSeen, f.LastSeen));
}
