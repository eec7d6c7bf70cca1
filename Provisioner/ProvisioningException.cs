namespace Provisioner;

/// <summary>Work on a machine or server that failed; the message names the object and the next step, and holds no secret.</summary>
/// <param name="code">Stable, for programs: <c>no_server_binaries</c>, <c>foreign_object</c>, …</param>
public class ProvisioningException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
