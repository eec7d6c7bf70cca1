using System.Globalization;
using System.Text.RegularExpressions;

namespace Migrator.Sources;

/// <summary>The <c>-- migrator:KEY VALUE</c> lines of a file: <c>tx none</c>, <c>phase contract</c>, <c>timeout 5m</c>, <c>allow REASON</c>.</summary>
internal sealed partial record MigrationHeaders(bool Transactional, MigrationPhase Phase, TimeSpan? Timeout, string? Allowed)
{
    public static MigrationHeaders Parse(string text, string file)
    {
        var headers = new MigrationHeaders(true, MigrationPhase.Expand, null, null);
        var line = 0;
        foreach (var raw in text.Split('\n'))
        {
            line++;
            var match = HeaderLine().Match(raw);
            if (!match.Success) continue;
            var value = match.Groups["value"].Value.Trim();
            headers = (match.Groups["key"].Value, value) switch
            {
                ("tx", "none") => headers with { Transactional = false },
                ("phase", "contract") => headers with { Phase = MigrationPhase.Contract },
                ("phase", "expand") => headers with { Phase = MigrationPhase.Expand },
                ("timeout", _) when ParseDuration(value) is { } timeout => headers with { Timeout = timeout },
                ("allow", not "") => headers with { Allowed = value },
                _ => throw new MigrationException(MigrationError.Source, $"\"{raw.Trim()}\" is no header. Write: tx none, phase contract, timeout 5m, or allow REASON.") { File = file, Line = line },
            };
        }

        return headers;
    }

    /// <summary>The text without header lines: adding <c>allow</c> to a released file does not edit it.</summary>
    public static string Strip(string text) => HeaderLine().Replace(text, "");

    /// <summary><c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>; null for anything else.</summary>
    public static TimeSpan? ParseDuration(string value)
    {
        var match = Duration().Match(value);
        if (!match.Success) return null;
        var number = double.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups["unit"].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromHours(number),
        };
    }

    [GeneratedRegex(@"^[ \t]*--[ \t]*migrator:(?<key>[a-z]+)(?<value>[^\r\n]*)\r?\n?", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"^(?<number>\d+(\.\d+)?)(?<unit>ms|s|m|h)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Duration();
}
