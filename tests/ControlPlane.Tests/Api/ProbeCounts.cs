namespace ControlPlane.Tests.Api;

/// <summary>How often the probe was handled, and how often what should follow its commit did.</summary>
public sealed class ProbeCounts
{
    private int handled;
    private int followed;

    public int Handled => handled;

    public int Followed => followed;

    public int Handle() => Interlocked.Increment(ref handled);

    public void Follow() => Interlocked.Increment(ref followed);
}
