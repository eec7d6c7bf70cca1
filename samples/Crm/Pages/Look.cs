using System.Globalization;
using System.Text;

namespace Crm.Pages;

/// <summary>How values are shown.</summary>
internal static class Look
{
    private static readonly int[] Hues = [221, 262, 172, 338, 24, 199, 145, 292];

    /// <summary>The customer's colour, in degrees.</summary>
    public static int Hue(string slug) => Hues[Encoding.UTF8.GetBytes(slug).Aggregate(7, (sum, b) => ((sum * 31) + b) & 0xffff) % Hues.Length];

    public static string Initials(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length switch
        {
            0 => "?",
            1 => words[0][..1],
            _ => $"{words[0][0]}{words[^1][0]}",
        };
    }

    public static string Money(decimal amount) => "€" + amount.ToString("#,##0", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);

    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalMinutes: < 60 } span => $"{Math.Max(1, (int)span.TotalMinutes)} min ago",
        { TotalHours: < 24 } span => $"{(int)span.TotalHours} h ago",
        { TotalDays: < 2 } => "yesterday",
        var span => $"{(int)span.TotalDays} days ago",
    };
}
