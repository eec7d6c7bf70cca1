namespace TenantRuntime;

/// <summary>The connection was lost after a commit was sent and before its answer came, so that nobody knows whether it was done.</summary>
public sealed class CommitOutcomeUnknownException(string message, Exception inner) : Exception(message, inner)
{
    internal static CommitOutcomeUnknownException Of(string tenant, Exception inner) => new(
        $"Whether a transaction of {tenant} was committed is not known: the connection was lost before the answer came. Look whether its rows are there " +
        "before it is done again; a unit of work that may be done twice says so with RunSafelyAsync(…, idempotent: true).",
        inner);
}
