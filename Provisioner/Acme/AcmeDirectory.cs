namespace Provisioner.Acme;

/// <summary>Where an authority takes what (RFC 8555, 7.1.1).</summary>
internal sealed record AcmeDirectory(Uri NewNonce, Uri NewAccount, Uri NewOrder, AcmeDirectoryMeta? Meta);
