namespace ControlPlane.Access.Secrets;

/// <summary>The key ring cannot be used; the message names the file and says what to type.</summary>
public sealed class KeyRingException(string message) : Exception(message);
