namespace ControlPlane.Runtimes;

/// <summary>
/// Divides the connections of one server among the runtimes that use it: modest wants first, the rest evenly among those who
/// want more, and what nobody wants is spread too.
/// </summary>
public static class FairShare
{
    // So that a runtime which just began can serve at once, while the others still close what they hold beyond their share.
    private const double ForNewcomers = 0.05;

    /// <summary>What one of them may hold now. The sum of all never exceeds the budget: a share grows only by what others have really closed.</summary>
    /// <param name="budget">Connections of the server.</param>
    /// <param name="all">Everybody on the server, <paramref name="one"/> among them.</param>
    public static int Of(RuntimeShare one, int budget, IReadOnlyCollection<RuntimeShare> all)
    {
        var free = budget - all.Where(r => r != one).Sum(r => r.Taken);
        return Math.Max(0, Math.Min(Target(one, budget - Reserve(budget), all), free));
    }

    private static int Reserve(int budget) => budget < 2 ? 0 : Math.Max(1, (int)(budget * ForNewcomers));

    private static int Target(RuntimeShare one, int budget, IReadOnlyCollection<RuntimeShare> all)
    {
        var (left, waiting, target) = (budget, all.Count, 0);
        foreach (var next in all.OrderBy(r => r.Wanted).ThenBy(r => r.KeyId).ThenBy(r => r.Instance, StringComparer.Ordinal))
        {
            var given = Math.Min(Math.Max(1, next.Wanted), left / waiting--);
            left -= given;
            target = next == one ? given : target;
        }

        return target + (left / all.Count);
    }
}
