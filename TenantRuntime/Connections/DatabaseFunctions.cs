namespace TenantRuntime.Connections;

/// <summary>What is known about a database's own functions.</summary>
/// <param name="MayChangeSession">Whether some may leave something in the session, so that no statement can be trusted.</param>
/// <param name="AskedAt">A timestamp: they may change with the next migration.</param>
internal sealed record DatabaseFunctions(bool MayChangeSession, long AskedAt);
