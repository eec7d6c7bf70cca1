namespace ControlPlane.Servers.Cloud;

/// <summary>Something at the cloud provider that is not as the catalog has it.</summary>
/// <param name="Subject">Names it among those of its kind.</param>
/// <param name="Heal">Puts it right where that can do no harm; it stays a finding until the next look.</param>
/// <param name="Server">Of the catalog, whom it is about; its customer shows it too.</param>
public sealed record CloudDifference(string Kind, string Subject, string Detail, string Advice, Guid? Server = null, Func<CancellationToken, Task>? Heal = null);
