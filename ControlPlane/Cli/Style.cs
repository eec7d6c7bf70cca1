namespace ControlPlane.Cli;

/// <summary>Colours for a terminal; plain text elsewhere.</summary>
internal sealed class Style(bool colour)
{
    public string Good(string text) => Paint("32", text);

    public string Busy(string text) => Paint("33", text);

    public string Bad(string text) => Paint("31", text);

    public string Faint(string text) => Paint("2", text);

    public string Strong(string text) => Paint("1", text);

    /// <summary>A state in the colour of its meaning.</summary>
    public string State(string state) => state switch
    {
        "active" or "done" or "up" => Good(state),
        "needs_operator" or "failed" or "undo_failed" or "denied" or "drifted" => Bad(Words.Of(state)),
        "suspended" or "cordoned" or "onboarding" or "running" or "waiting" or "pending" or "undoing" or "refused" => Busy(state),
        _ => Faint(Words.Of(state)),
    };

    private string Paint(string code, string text) => colour && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
