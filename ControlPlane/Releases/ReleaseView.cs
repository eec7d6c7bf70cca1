namespace ControlPlane.Releases;

/// <summary>A release as lists show it.</summary>
/// <param name="Bytes">Of its archive.</param>
public sealed record ReleaseView(string Name, string Sha256, long Bytes, string Program, string PublishedBy, DateTimeOffset CreatedAt);
