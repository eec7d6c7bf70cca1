namespace ControlPlane.Operations;

/// <summary>All workflows by name.</summary>
public sealed class Workflows(IEnumerable<Workflow> workflows)
{
    private readonly Dictionary<string, Workflow> byName = workflows.ToDictionary(w => w.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<Workflow> All => byName.Values;

    /// <summary>Finds a workflow by the name that operations carry.</summary>
    /// <exception cref="InvalidOperationException">The operation was made by a version that had such a workflow.</exception>
    public Workflow Named(string name) => byName.TryGetValue(name, out var workflow)
        ? workflow
        : throw new InvalidOperationException($"There is no workflow '{name}' in this version.");

    /// <summary>Names of a workflow's steps in order; empty for a workflow that this version does not know.</summary>
    public IEnumerable<string> StepNames(string workflow) =>
        byName.TryGetValue(workflow, out var known) ? known.Steps.Select(s => s.Name) : [];
}
