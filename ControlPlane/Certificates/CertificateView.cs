using ControlPlane.Catalog;

namespace ControlPlane.Certificates;

/// <summary>A certificate as lists show it; never its key.</summary>
/// <param name="Revision">0 until the first is issued.</param>
/// <param name="DueAt">From when on it is renewed.</param>
/// <param name="LastError">Why the last try failed; null when it did not.</param>
public sealed record CertificateView(
    Guid Id,
    IReadOnlyList<string> Names,
    ChallengeKind Challenge,
    int Revision,
    DateTimeOffset? NotBefore,
    DateTimeOffset? NotAfter,
    DateTimeOffset? DueAt,
    DateTimeOffset? IssuedAt,
    DateTimeOffset? LastTriedAt,
    string? LastError)
{
    internal static CertificateView Of(Certificate c) =>
        new(c.Id, c.Names, c.Challenge, c.Revision, c.NotBefore, c.NotAfter, c.DueAt, c.IssuedAt, c.LastTriedAt, c.LastError);
}
