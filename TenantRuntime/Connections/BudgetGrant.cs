namespace TenantRuntime.Connections;

/// <summary>Answer to <see cref="BudgetRequest"/>.</summary>
public sealed record BudgetGrant(IReadOnlyList<ServerShare> Servers);
