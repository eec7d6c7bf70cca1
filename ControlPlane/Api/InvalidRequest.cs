using ControlPlane.Problems;

namespace ControlPlane.Api;

/// <summary>Makes the 400 that names everything that is wrong; also for handlers, when only the catalog can tell.</summary>
public static class InvalidRequest
{
    public static ProblemException Of(params IReadOnlyCollection<Fault> faults) =>
        new ProblemException(
            400,
            "invalid_request",
            string.Join(' ', faults.Select(f => $"'{f.Field}' {f.Message}.")),
            "Correct what 'errors' names and send it again.")
            .With("errors", faults
                .GroupBy(f => f.Field, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Select(f => f.Message).ToArray(), StringComparer.Ordinal));
}
