namespace Provisioner.Postgres;

/// <summary>What one tenant may use of a shared server; a tenant at its limit is refused, its neighbours are not.</summary>
public sealed record TenantRoleLimits
{
    /// <summary>Sessions at once.</summary>
    public int Connections { get; init; } = 20;

    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan IdleInTransactionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Disk for sorts and hashes of one session, in bytes.</summary>
    public long TempFileBytes { get; init; } = 1L << 30;
}
