using System.Globalization;
using Migrator.Databases;
using Migrator.Fleet;
using Npgsql;

namespace Migrator.Cli;

/// <summary>One line of a list: a connection string, or name, connection string and attributes with tabs between them.</summary>
internal static class TargetLine
{
    /// <summary>Reads one line.</summary>
    /// <exception cref="MigrationException">Names file and line, never the connection string: it may hold a password.</exception>
    public static FleetTarget Parse(string line, string file, int number)
    {
        var columns = line.Split('\t');
        var connection = columns.Length == 1 ? columns[0] : columns[1];
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw Refused("It is no connection string: write Host=…;Database=…;Username=…");
        }

        if (settings.Host is null || settings.Database is null) throw Refused("The connection string names no host or no database");
        var target = new FleetTarget(columns.Length == 1 ? settings.Database : columns[0], new DatabaseTarget(connection));
        foreach (var attribute in columns.Skip(2).SelectMany(column => column.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            target = attribute.Split('=', 2) switch
            {
                ["ring", var ring] => target with { Ring = ring },
                ["owner", var owner] => target with { Database = target.Database with { OwnerRole = owner } },
                ["size", var size] when long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => target with { Size = bytes },
                ["canary"] => target with { Canary = true },
                _ => throw Refused($"\"{attribute}\" is none of ring=R, owner=ROLE, size=BYTES, canary"),
            };
        }

        return target;

        MigrationException Refused(string why) => new(MigrationError.Source, $"{why}.") { File = file, Line = number };
    }
}
