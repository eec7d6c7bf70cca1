namespace TenantRuntime;

/// <summary>A new connection did not lead to the database of the tenant it was opened for, and was closed unused.</summary>
public sealed class WrongDatabaseException(string message) : Exception(message);
