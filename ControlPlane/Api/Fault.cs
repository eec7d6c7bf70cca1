namespace ControlPlane.Api;

/// <summary>One thing wrong with a request.</summary>
/// <param name="Field">As the caller named it, camelCase.</param>
/// <param name="Message">Continues the sentence that the field's name begins: "must be…".</param>
public sealed record Fault(string Field, string Message);
