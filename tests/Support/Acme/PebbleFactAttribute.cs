using Xunit;

namespace Support.Acme;

/// <summary>A test against a real certificate authority on this machine, Debian's <c>pebble</c>; skipped, with the reason, where it neither is nor can be installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PebbleFactAttribute : FactAttribute
{
    public PebbleFactAttribute() => Skip = Pebble.WhyNot();
}
