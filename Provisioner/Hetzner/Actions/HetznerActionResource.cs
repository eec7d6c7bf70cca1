namespace Provisioner.Hetzner.Actions;

/// <summary>What an action works on.</summary>
/// <param name="Type"><c>server</c>, <c>image</c>, …</param>
public sealed record HetznerActionResource(long Id, string Type);
