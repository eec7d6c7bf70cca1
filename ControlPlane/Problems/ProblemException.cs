namespace ControlPlane.Problems;

/// <summary>
/// The one error of the control plane that a caller may see: a stable <see cref="Code"/>, a message that names the thing,
/// and <see cref="Remedy"/>, what to do next. Mapped once to problem+json. Never carries a secret.
/// </summary>
/// <param name="status">The HTTP status it becomes.</param>
/// <param name="code">Stable, snake_case, documented; clients branch on it.</param>
/// <param name="message">What happened, for a person.</param>
/// <param name="remedy">What to do next, for a person.</param>
public class ProblemException(int status, string code, string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Remedy { get; } = remedy;

    /// <summary>Further members of the problem document, such as the id of the operation in the way.</summary>
    public IDictionary<string, object?> Extensions { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    public ProblemException With(string name, object? value)
    {
        Extensions[name] = value;
        return this;
    }
}
