namespace Provisioner.Acme;

/// <summary>One way to prove a name (RFC 8555, 7.1.5).</summary>
internal sealed record AcmeChallenge(string Type, Uri Url, string? Token, AcmeProblem? Error);
