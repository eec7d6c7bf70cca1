namespace TenantRuntime.Connections;

/// <summary>What a runtime holds and could use. Body of <c>POST /v1/runtime/budget</c>, about once a second.</summary>
public sealed record BudgetRequest(string Instance, IReadOnlyList<ServerDemand> Servers);
