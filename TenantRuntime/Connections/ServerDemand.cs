namespace TenantRuntime.Connections;

/// <summary>One runtime's need on one physical server.</summary>
/// <param name="InUse">Connections it holds open. A share it was told to give up counts as taken until this has fallen.</param>
/// <param name="Wanted">Connections it could make use of.</param>
public sealed record ServerDemand(Guid ServerId, int InUse, int Wanted);
