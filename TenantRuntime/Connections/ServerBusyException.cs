namespace TenantRuntime;

/// <summary>No connection to a tenant's database became free in time. Answered with 503 and Retry-After.</summary>
public sealed class ServerBusyException(string message) : Exception(message);
