using HetznerSimulator.Hosts;
using Xunit;

namespace Support.Hosts;

/// <summary>A test that boots real Debian machines; skipped, with the reason, where this machine cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealHostFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() => HostRequirements.WhyNotAsync(CancellationToken.None).GetAwaiter().GetResult());

    public RealHostFactAttribute() => Skip = Reason.Value;
}
