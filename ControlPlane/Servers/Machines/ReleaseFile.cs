namespace ControlPlane.Servers.Machines;

/// <summary>A release of the application, on this machine.</summary>
/// <param name="Path">Of the archive, a tar.gz.</param>
/// <param name="Program">What in it is started.</param>
public sealed record ReleaseFile(string Name, string Path, string Sha256, string Program);
