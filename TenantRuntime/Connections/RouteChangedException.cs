namespace TenantRuntime.Connections;

/// <summary>While somebody waited for a connection, the tenant's route began to lead elsewhere. Ask again with the new one.</summary>
internal sealed class RouteChangedException() : Exception("The tenant's route changed while a connection was waited for.");
