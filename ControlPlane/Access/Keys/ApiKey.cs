using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Access.Keys;

/// <summary>What is known of an API key: everything but the key.</summary>
public sealed class ApiKey
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; init; }

    /// <summary>The part of the key that may be shown, to recognise it.</summary>
    public required string Prefix { get; init; }

    public required byte[] Hash { get; init; }

    public required Role Role { get; init; }

    /// <summary>Of a runtime key: the servers whose routes it may read; null is all.</summary>
    public Guid[]? ServerIds { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    public string? LastUsedFrom { get; private set; }

    /// <summary>Takes effect on every node within two seconds. Revoking twice changes nothing.</summary>
    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    internal sealed class Mapping : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder) => builder.ToTable("api_keys");
    }
}
