namespace Provisioner.Acme;

/// <summary>Whether a name is known to be ours (RFC 8555, 7.1.4): pending, valid, invalid, deactivated, expired or revoked.</summary>
internal sealed record AcmeAuthorization(string Status, AcmeIdentifier Identifier, IReadOnlyList<AcmeChallenge> Challenges);
