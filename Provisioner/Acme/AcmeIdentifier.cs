namespace Provisioner.Acme;

/// <summary>A name to be certified; <c>dns</c> is the only type we ask for.</summary>
internal sealed record AcmeIdentifier(string Type, string Value);
