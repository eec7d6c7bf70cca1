namespace ControlPlane.Access.Pipeline;

/// <summary>The caller's name for one request, so that sending it twice does it once. Holds for the first command of a scope.</summary>
public sealed class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private string? value;

    public void Set(string key) => value = key;

    /// <summary>Only the command that was asked for is protected, not those that its handler sends.</summary>
    internal string? Take()
    {
        var taken = value;
        value = null;
        return taken;
    }
}
