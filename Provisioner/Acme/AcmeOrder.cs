namespace Provisioner.Acme;

/// <summary>A certificate on its way (RFC 8555, 7.1.3): pending, ready, processing, valid or invalid.</summary>
internal sealed record AcmeOrder(string Status, IReadOnlyList<Uri> Authorizations, Uri Finalize, Uri? Certificate, AcmeProblem? Error);
