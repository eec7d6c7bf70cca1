namespace HetznerSimulator.Calls;

/// <summary>One request as it was answered; <paramref name="Status"/> 0 stands for no answer.</summary>
/// <param name="Path">Without <c>/v1</c> and query: <c>/servers/17</c>.</param>
/// <param name="Query">With its question mark, or empty.</param>
public sealed record CallRecord(DateTimeOffset At, string Method, string Path, string Query, int Status);
