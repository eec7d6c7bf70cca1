namespace TenantRuntime.Routes;

/// <summary>What the tenant's plan allows. Null means no limit.</summary>
/// <param name="Users">Users of the application.</param>
/// <param name="StorageMegabytes">Size of the database, in 10^6 bytes.</param>
/// <param name="RequestsPerHour">Requests in one hour.</param>
/// <param name="Connections">Database connections one tenant may use at once on all runtimes together.</param>
/// <param name="RequestsPerSecond">Requests in one second; all of them may come at once.</param>
public sealed record TenantLimits(int? Users, int? StorageMegabytes, int? RequestsPerHour, int Connections, int? RequestsPerSecond = null);
