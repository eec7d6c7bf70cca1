using System.Globalization;

namespace EndToEnd.World;

/// <summary>How much goes wrong, and when. <c>CHAOS_SEED</c> repeats the run of a seed; else each run has its own.</summary>
internal static class Chaos
{
    private static readonly string? Asked = Environment.GetEnvironmentVariable("CHAOS_SEED");

    public static int Seed { get; } = Asked is null ? Random.Shared.Next(1, 100_000) : int.Parse(Asked, CultureInfo.InvariantCulture);

    /// <summary>Moves of tenants, in half of which something is killed. <c>CHAOS_MOVES</c> asks for more.</summary>
    public static int Moves { get; } = int.Parse(Environment.GetEnvironmentVariable("CHAOS_MOVES") ?? "8", CultureInfo.InvariantCulture);

    /// <summary>Onboardings at once.</summary>
    public const int Onboardings = 200;
}
