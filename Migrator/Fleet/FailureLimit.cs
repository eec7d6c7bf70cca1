using System.Globalization;

namespace Migrator.Fleet;

/// <summary>How many databases may fail before the run stops: the larger of a number and a share of the fleet.</summary>
/// <param name="Count">At least 0.</param>
/// <param name="Percent">0 to 100.</param>
public sealed record FailureLimit(int Count, double Percent)
{
    /// <summary><c>5</c> or <c>2%</c>; null for anything else.</summary>
    public static FailureLimit? Parse(string text)
    {
        if (text.EndsWith('%'))
        {
            return double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? new FailureLimit(0, percent) : null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? new FailureLimit(count, 0) : null;
    }

    /// <summary>Whether so many failures are too many in a fleet of that size.</summary>
    public bool IsExceeded(long failures, long total) => failures > Math.Max(Count, Math.Floor(total * Percent / 100));

    public override string ToString() => (Count, Percent) switch
    {
        (_, 0) => $"{Count}",
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"{Percent}%"),
        _ => string.Create(CultureInfo.InvariantCulture, $"max({Count}, {Percent}%)"),
    };
}
