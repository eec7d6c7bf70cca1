namespace Benchmarks.Runtime;

/// <summary>Draws tenants as customers use an application: the first one most, the n-th one n times less (exponent 1).</summary>
public sealed class Zipf
{
    private readonly double[] cumulated;

    public Zipf(int count)
    {
        cumulated = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            cumulated[i] = sum += 1.0 / (i + 1);
        }
    }

    /// <summary>From 0 to count - 1.</summary>
    public int Draw(Random random)
    {
        var at = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
        return Math.Min(at < 0 ? ~at : at, cumulated.Length - 1);
    }
}
