using HetznerSimulator.Calls;

namespace HetznerSimulator.Faults;

/// <summary>Which calls go wrong, and how: from the <see cref="Call"/>-th that matches, <see cref="Times"/> in a row.</summary>
public sealed record Fault
{
    public required FaultKind Kind { get; init; }

    /// <summary>A method, or <c>*</c>.</summary>
    public string Method { get; init; } = "*";

    /// <summary>A path without <c>/v1</c>; <c>*</c> stands for any characters: <c>/servers/*/actions/poweron</c>.</summary>
    public string Path { get; init; } = "*";

    /// <summary>Which matching call is the first to go wrong, counted from 1 since the fault was set.</summary>
    public int Call { get; init; } = 1;

    /// <summary>How many matching calls in a row go wrong.</summary>
    public int Times { get; init; } = 1;

    /// <summary>For <see cref="FaultKind.Error"/>: the error code, which decides the status (<c>server_error</c> 500, <c>bad_gateway</c> 502, <c>forbidden</c> 403, …).</summary>
    public string Code { get; init; } = "server_error";

    /// <summary>For <see cref="FaultKind.NoAnswer"/>: the silence before the connection is cut.</summary>
    public double Seconds { get; init; } = 300;

    internal bool Matches(string method, string path) => CallLog.Matches(Method, method) && CallLog.Matches(Path, path);
}
