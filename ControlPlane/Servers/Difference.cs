namespace ControlPlane.Servers;

/// <summary>One thing in which a server and the catalog differ.</summary>
/// <param name="Kind">Stable, snake_case; the finding's kind.</param>
/// <param name="Subject">The database, role or tenant.</param>
/// <param name="Heal">Mends it, where that is surely ours and safe; null leaves it to a person.</param>
public sealed record Difference(string Kind, string Subject, string Detail, string Advice, Func<CancellationToken, Task>? Heal = null)
{
    /// <summary>Tells whether two looks saw the same.</summary>
    public (string Kind, string Subject) Key => (Kind, Subject);
}
