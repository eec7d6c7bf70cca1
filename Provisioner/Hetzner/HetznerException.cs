using System.Text.Json;

namespace Provisioner.Hetzner;

/// <summary>A call to the Hetzner Cloud that failed; <see cref="ProvisioningException.Code"/> is one of <see cref="HetznerErrors"/> or another of Hetzner's.</summary>
public class HetznerException(string code, string message, Exception? inner = null) : ApiException(code, message, inner)
{
    /// <summary>What Hetzner adds to the code: the fields that are wrong, the limits that are reached. Null when nothing.</summary>
    public JsonElement? Details { get; init; }
}
