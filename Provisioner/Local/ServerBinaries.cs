using System.Globalization;
using System.Text.RegularExpressions;
using Provisioner.Processes;

namespace Provisioner.Local;

/// <summary>One installed set of PostgreSQL server and client programs, version 15 or newer.</summary>
public sealed partial record ServerBinaries(string Folder, int MajorVersion)
{
    public const int OldestMajorVersion = 15;

    private static readonly string[] RequiredPrograms = ["postgres", "initdb", "pg_ctl", "pg_dump", "pg_restore"];

    public string Program(string name) => Path.Combine(Folder, name);

    /// <summary>Everything usable on this machine: the set on PATH first, then the newest.</summary>
    /// <param name="onlyIn">When given, the one folder to look into.</param>
    public static async Task<IReadOnlyList<ServerBinaries>> FindAsync(string? onlyIn, CancellationToken ct)
    {
        IEnumerable<string> folders = onlyIn is null ? [.. FromPath(), .. FromUsualPlaces()] : [onlyIn];
        var found = new List<ServerBinaries>();
        foreach (var folder in folders.Distinct(StringComparer.Ordinal))
        {
            if (RequiredPrograms.All(p => File.Exists(Path.Combine(folder, p)))
                && await MajorVersionAsync(folder, ct) is >= OldestMajorVersion and var version)
            {
                found.Add(new ServerBinaries(folder, version));
            }
        }

        return found;
    }

    /// <summary>A link on PATH often names only some programs, so the folder it points to counts.</summary>
    private static IEnumerable<string> FromPath() =>
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        let postgres = new FileInfo(Path.Combine(folder, "postgres"))
        where postgres.Exists
        select Path.GetDirectoryName((postgres.ResolveLinkTarget(returnFinalTarget: true) ?? postgres).FullName);

    private static IEnumerable<string> FromUsualPlaces() =>
        new[]
        {
            (Root: "/usr/lib/postgresql", Pattern: "*"),
            (Root: "/usr", Pattern: "pgsql-*"),
            (Root: "/opt/homebrew/opt", Pattern: "postgresql@*"),
            (Root: "/usr/local/opt", Pattern: "postgresql@*"),
        }
        .Where(place => Directory.Exists(place.Root))
        .SelectMany(place => Directory.EnumerateDirectories(place.Root, place.Pattern))
        .OrderByDescending(folder => int.TryParse(LastNumber().Match(folder).Value, CultureInfo.InvariantCulture, out var version) ? version : 0)
        .Select(folder => Path.Combine(folder, "bin"));

    private static async Task<int> MajorVersionAsync(string folder, CancellationToken ct)
    {
        var answer = await new Command(Path.Combine(folder, "postgres"), "--version").RunAsync(ct);
        var match = VersionNumber().Match(answer.Output);
        return answer.Succeeded && match.Success ? int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"\d+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LastNumber();

    [GeneratedRegex(@"PostgreSQL\) (?<major>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionNumber();
}
