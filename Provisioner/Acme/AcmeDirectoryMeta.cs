namespace Provisioner.Acme;

/// <summary>What an authority says about itself.</summary>
internal sealed record AcmeDirectoryMeta(bool ExternalAccountRequired);
