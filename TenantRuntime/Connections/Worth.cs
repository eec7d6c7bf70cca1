namespace TenantRuntime.Connections;

/// <summary>
/// What a connection is worth keeping for: how often it was used, and how lately (LRFU; Lee et al., IEEE Transactions on Computers 50/12,
/// 2001). Time is counted in uses of the server. A worth is kept as the time at which one use alone would be worth as much: so it
/// changes with its own uses only, and the lower of two is the lower one at any time.
/// </summary>
/// <param name="span">After so many uses of others, a use counts for 1/e.</param>
internal sealed class Worth(double span)
{
    private long uses;

    /// <summary>Counts a use now.</summary>
    /// <param name="before">The worth until now; 0 for what was never used.</param>
    public double Use(double before)
    {
        uses++;
        return uses + (span * Math.Log(1 + Math.Exp((before - uses) / span)));
    }
}
