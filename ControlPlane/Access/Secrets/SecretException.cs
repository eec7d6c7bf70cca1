namespace ControlPlane.Access.Secrets;

/// <summary>A secret does not decrypt at its place: it was altered, or copied there from another row.</summary>
public sealed class SecretException(string boundTo, Exception? inner)
    : Exception($"The secret at {boundTo} does not decrypt there: it was altered or belongs to another row. Restore that row.", inner);
