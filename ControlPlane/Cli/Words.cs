using System.Globalization;
using System.Text;

namespace ControlPlane.Cli;

/// <summary>Names, times and durations as people say them.</summary>
internal static class Words
{
    /// <summary><c>AssignDatabase</c> and <c>needs_operator</c> become "Assign database" and "needs operator".</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (c == '_')
            {
                text.Append(' ');
            }
            else if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append(' ').Append(char.ToLowerInvariant(c));
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    public static string Ago(DateTimeOffset? then, DateTimeOffset now) => then is not { } at ? "never" : (now - at) switch
    {
        { TotalSeconds: < 0 } => $"in {Rough(at - now)}",
        { TotalSeconds: < 5 } => "just now",
        var age => $"{Rough(age)} ago",
    };

    public static string Took(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 999.5 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => Rough(time),
    };

    private static string Rough(TimeSpan time) => time switch
    {
        { TotalSeconds: < 59.5 } => $"{Math.Round(time.TotalSeconds)} s",
        { TotalMinutes: < 59.5 } => $"{Math.Round(time.TotalMinutes)} min",
        { TotalHours: < 47.5 } => $"{Math.Round(time.TotalHours)} h",
        _ => $"{Math.Round(time.TotalDays)} days",
    };
}
