namespace ControlPlane.Operations;

/// <summary>This worker no longer owns the operation. It stops and writes nothing more.</summary>
public sealed class LeaseLostException(Guid operation)
    : Exception($"Another worker has taken over operation {operation}.");
