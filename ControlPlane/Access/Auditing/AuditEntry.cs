using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Access.Auditing;

/// <summary>One line of the audit trail. Written by <see cref="AuditTrail"/> only and never changed.</summary>
public sealed class AuditEntry
{
    /// <summary>From 1, without gaps.</summary>
    public long Seq { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset At { get; init; }

    public Guid? KeyId { get; init; }

    public required string Who { get; init; }

    public required string What { get; init; }

    public required string Subject { get; init; }

    public string? Tenant { get; init; }

    public string? Address { get; init; }

    public AuditOutcome Outcome { get; init; }

    /// <summary>JSON, exactly as it was written.</summary>
    public required string Detail { get; init; }

    /// <summary>Id of the key with which <see cref="Mac"/> was made.</summary>
    public required string RingKey { get; init; }

    /// <summary>Covers this entry and the mac of the one before.</summary>
    public required byte[] Mac { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> builder)
        {
            builder.ToTable("audit_entries").HasKey(e => e.Seq);
            builder.Property(e => e.Seq).ValueGeneratedNever();
            builder.Property(e => e.Detail).HasColumnType("json");
        }
    }
}
