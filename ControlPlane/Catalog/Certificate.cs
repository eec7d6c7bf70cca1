using Provisioner.Acme;

namespace ControlPlane.Catalog;

/// <summary>A certificate that is obtained centrally and renewed before it ends.</summary>
public sealed class Certificate
{
    /// <summary>What is left of its life when a certificate becomes due.</summary>
    private const int DuePart = 3;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Host names and wildcards, sorted; no other certificate has the same.</summary>
    public required string[] Names { get; init; }

    public required ChallengeKind Challenge { get; set; }

    /// <summary>Grows by one with each that is issued; 0 until the first. A server that has another one wants the new one.</summary>
    public int Revision { get; private set; }

    /// <summary>PEM, the certificate first; empty until the first is issued.</summary>
    public string Chain { get; private set; } = "";

    /// <summary>Its private key in PEM, encrypted; empty until the first is issued.</summary>
    public string KeySecret { get; private set; } = "";

    public DateTimeOffset? NotBefore { get; private set; }

    public DateTimeOffset? NotAfter { get; private set; }

    public DateTimeOffset? IssuedAt { get; private set; }

    public DateTimeOffset? LastTriedAt { get; private set; }

    /// <summary>Why the last try failed; null when it did not.</summary>
    public string? LastError { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>From when on it shall be renewed: when a third of its life is left.</summary>
    public DateTimeOffset? DueAt => NotAfter - ((NotAfter - NotBefore) / DuePart);

    /// <summary>Whether servers can still use it.</summary>
    public bool IsValid(DateTimeOffset now) => NotAfter > now;

    /// <summary>Whether it is time for a new one.</summary>
    public bool IsDue(DateTimeOffset now) => DueAt is not { } due || due <= now;

    /// <param name="keySecret">The key, encrypted for this row.</param>
    public void Issue(IssuedCertificate issued, string keySecret, DateTimeOffset now)
    {
        Revision++;
        (Chain, KeySecret, NotBefore, NotAfter) = (issued.ChainPem, keySecret, issued.NotBefore, issued.NotAfter);
        (IssuedAt, LastTriedAt, LastError) = (now, now, null);
    }

    /// <summary>What was issued before stays.</summary>
    public void Fail(string error, DateTimeOffset now) => (LastTriedAt, LastError) = (now, error);
}
