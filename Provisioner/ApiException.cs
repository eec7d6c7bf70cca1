namespace Provisioner;

/// <summary>
/// A provider's API that refused, failed or was not reached. The message names the call, the cause and the next step, and
/// holds no secret; <see cref="ProvisioningException.Code"/> is the provider's own.
/// </summary>
public abstract class ApiException(string code, string message, Exception? inner) : ProvisioningException(code, message, inner)
{
    /// <summary>Whether the same call may succeed later without anybody changing anything.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether the answer was lost, so that nobody knows if the call took effect: look before doing it again.</summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>By which the provider's support finds the call.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the provider wants to be left alone, if it said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
