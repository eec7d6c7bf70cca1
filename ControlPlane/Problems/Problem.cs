namespace ControlPlane.Problems;

/// <summary>Makes the problems that several use cases share, so that they read the same everywhere.</summary>
public static class Problem
{
    /// <summary>404: there is no such thing, or the caller may not see it.</summary>
    public static ProblemException NotFound(string kind, string name) => new(
        404, $"{kind}_not_found", $"There is no {kind} '{name}'.", $"List what exists with: ctl {kind}s list");

    /// <summary>409: the name is taken.</summary>
    public static ProblemException Taken(string kind, string name) => new(
        409, $"{kind}_taken", $"The {kind} '{name}' is taken.", "Choose another one.");

    /// <summary>409: the thing is in a state from which this cannot be done.</summary>
    public static ProblemException InvalidState(string what, string state, string wanted) => new(
        409, "invalid_state", $"{what} is {state}; it cannot become {wanted}.", "Look at its state and its latest operation.");
}
