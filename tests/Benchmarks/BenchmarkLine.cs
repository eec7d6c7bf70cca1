using System.Globalization;

namespace Benchmarks;

/// <summary>One promise, measured: <c>bench NAME ours=… limit=… peer=… ratio=… goal=… reached|short</c>.</summary>
/// <param name="Name">The benchmark's name, with a word for the promise behind it where it makes several.</param>
/// <param name="Ours">With its unit.</param>
/// <param name="Limit">What the machine can do at best, or null.</param>
/// <param name="Peer">What another tool does, or null.</param>
/// <param name="Ratio">Ours against the limit or the peer, whichever the goal is about.</param>
/// <param name="Goal">In words without spaces: <c>&lt;=1.25</c>.</param>
/// <param name="IsReached">Whether the goal is met.</param>
public sealed record BenchmarkLine(string Name, string Ours, string? Limit, string? Peer, double Ratio, string Goal, bool IsReached)
{
    /// <summary>Ours must take at most <paramref name="most"/> times as long as the limit.</summary>
    public static BenchmarkLine AgainstLimit(string name, TimeSpan ours, TimeSpan limit, double most) =>
        new(name, Seconds(ours), Seconds(limit), null, ours / limit, string.Create(CultureInfo.InvariantCulture, $"<={most}"), ours / limit <= most);

    /// <inheritdoc cref="AgainstLimit(string, TimeSpan, TimeSpan, double)"/>
    public static BenchmarkLine AgainstLimit(string name, double ours, double limit, double most, string unit) =>
        new(name, Value(ours, unit), Value(limit, unit), null, ours / limit, string.Create(CultureInfo.InvariantCulture, $"<={most}"), ours / limit <= most);

    /// <summary>Ours must be at least <paramref name="least"/> times as fast as the peer.</summary>
    public static BenchmarkLine AgainstPeer(string name, TimeSpan ours, TimeSpan peer, double least) =>
        new(name, Seconds(ours), null, Seconds(peer), peer / ours, string.Create(CultureInfo.InvariantCulture, $">={least}"), peer / ours >= least);

    /// <summary>A value that must not exceed a fixed one.</summary>
    public static BenchmarkLine AtMost(string name, double ours, double most, string unit) =>
        new(name, Value(ours, unit), Value(most, unit), null, most > 0 ? ours / most : ours, $"<={Value(most, unit)}", ours <= most);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"bench {Name} ours={Ours} limit={Limit ?? "-"} peer={Peer ?? "-"} ratio={Ratio:0.00} goal={Goal} {(IsReached ? "reached" : "short")}");

    private static string Value(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}{unit}");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00}s");
}
