namespace ControlPlane.Start;

/// <summary>Settings that are wrong or missing; each fault names the setting and its remedy.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception($"The control plane cannot start:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Select(f => $"  - {f}"))}")
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
