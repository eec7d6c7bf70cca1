namespace TenantRuntime;

/// <summary>The tenant's plan does not allow this. Answered with 403 and the message.</summary>
public sealed class PlanLimitException(string message) : Exception(message)
{
    /// <summary>Throws when the plan has no room for one more user.</summary>
    /// <param name="users">How many there are.</param>
    public static void ThrowIfNoRoomForUser(ITenant tenant, int users)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        if (users >= tenant.Limits.Users)
        {
            throw new PlanLimitException($"The plan {tenant.Plan} allows {tenant.Limits.Users} users, and there are {users}. A larger plan has room for more.");
        }
    }

    /// <summary>Throws when the database has outgrown the plan. Ask before adding data, not before removing any.</summary>
    public static async Task ThrowIfStorageIsFullAsync(ITenant tenant, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        if (tenant.Limits.StorageMegabytes is not { } allowed)
        {
            return;
        }

        await using var connection = await tenant.OpenConnectionAsync(ct);
        await using var command = connection.CreateCommand("SELECT pg_database_size(current_database())");
        var megabytes = (long)(await command.ExecuteScalarAsync(ct))! / 1_000_000;
        if (megabytes >= allowed)
        {
            throw new PlanLimitException($"The plan {tenant.Plan} allows {allowed} MB, and {megabytes} MB are used. A larger plan has room for more.");
        }
    }
}
