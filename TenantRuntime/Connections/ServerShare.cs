namespace TenantRuntime.Connections;

/// <summary>What a runtime may hold on one server.</summary>
/// <param name="Until">When the share falls back to the others if the runtime is not heard of again.</param>
public sealed record ServerShare(Guid ServerId, int Share, DateTimeOffset Until);
