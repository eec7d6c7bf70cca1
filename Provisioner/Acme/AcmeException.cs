namespace Provisioner.Acme;

/// <summary>
/// A certificate that was not issued: the authority refused, could not verify a name, or was not reached.
/// <see cref="ProvisioningException.Code"/> is one of <see cref="AcmeErrors"/> or another of the authority's. Where
/// <see cref="ApiException.IsTransient"/>, asking again later may help, not before <see cref="ApiException.RetryAfter"/>.
/// </summary>
public sealed class AcmeException(string code, string message, Exception? inner = null) : ApiException(code, message, inner);
