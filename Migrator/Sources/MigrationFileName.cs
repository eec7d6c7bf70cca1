using System.Text.RegularExpressions;

namespace Migrator.Sources;

/// <summary>What a file's name says. Reads our own names, Flyway's and golang-migrate's.</summary>
internal sealed partial record MigrationFileName(string Version, string Name, MigrationKind Kind, MigrationFileRole Role)
{
    public const string Accepted =
        "YYYYMMDDHHMMSS_name.sql (with .down.sql and .verify.sql), repeatable/R__name.sql, BYYYYMMDDHHMMSS__baseline.sql, V1__name.sql or 000001_name.up.sql";

    /// <summary>Null when the name follows none of the accepted forms.</summary>
    public static MigrationFileName? Parse(string fileName)
    {
        var match = Form().Match(fileName);
        if (!match.Success) return null;
        var prefix = match.Groups["prefix"].Value;
        var version = match.Groups["version"].Value;
        var name = match.Groups["name"].Value;
        if (prefix is "R" != (version.Length == 0)) return null;

        var role = (prefix, match.Groups["role"].Value) switch
        {
            ("U", "") => MigrationFileRole.Down,
            (_, "" or "up") => MigrationFileRole.Up,
            (_, "down") => MigrationFileRole.Down,
            _ => MigrationFileRole.Verify,
        };
        return prefix switch
        {
            "R" => new MigrationFileName($"R__{name}", name, MigrationKind.Repeatable, role),
            "B" => new MigrationFileName(version, name, MigrationKind.Baseline, role),
            _ => new MigrationFileName(version.Replace('_', '.'), name, MigrationKind.Versioned, role),
        };
    }

    [GeneratedRegex(
        @"^(?:(?<version>\d+)_|(?<prefix>[VUB])(?<version>\d+(?:[._]\d+)*)__|(?<prefix>R)__)(?<name>[^.]+)(?:\.(?<role>up|down|verify))?\.sql$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Form();
}
