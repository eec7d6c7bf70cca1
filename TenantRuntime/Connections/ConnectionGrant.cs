namespace TenantRuntime.Connections;

/// <summary>What a waiter gets.</summary>
/// <param name="Connection">Ready to use; null means leave to open a new one.</param>
/// <param name="Victim">An idle connection that the opener closes, to make room.</param>
/// <param name="CloseFirst">There is no room before the victim is gone.</param>
internal readonly record struct ConnectionGrant(ServerConnection? Connection, ServerConnection? Victim, bool CloseFirst);
