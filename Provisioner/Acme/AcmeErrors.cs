namespace Provisioner.Acme;

/// <summary>
/// The codes of <see cref="AcmeException"/> that a caller may want to tell apart: the authority's own (RFC 8555, 6.7), without
/// <c>urn:ietf:params:acme:error:</c>, and ours below them.
/// </summary>
public static class AcmeErrors
{
    public const string BadNonce = "badNonce";
    public const string Caa = "caa";
    public const string Connection = "connection";
    public const string Dns = "dns";
    public const string IncorrectResponse = "incorrectResponse";
    public const string Malformed = "malformed";
    public const string OrderNotReady = "orderNotReady";
    public const string RateLimited = "rateLimited";
    public const string RejectedIdentifier = "rejectedIdentifier";
    public const string ServerInternal = "serverInternal";
    public const string Unauthorized = "unauthorized";

    /// <summary>No answer, or a broken one.</summary>
    public const string NoAnswer = "no_answer";

    /// <summary>The authority's own HTTPS hangs on no root that we trust.</summary>
    public const string NotTrusted = "not_trusted";

    /// <summary>The certificate was not there when waiting for it ended.</summary>
    public const string Late = "certificate_late";

    /// <summary>The authority does not let a name be proven in the way that was chosen.</summary>
    public const string NoChallenge = "no_challenge";

    /// <summary>What was sent is not the certificate that was asked for.</summary>
    public const string WrongCertificate = "wrong_certificate";

    /// <summary>A name lies outside the zone that we can write to.</summary>
    public const string OutsideZone = "outside_zone";
}
