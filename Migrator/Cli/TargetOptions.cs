using System.CommandLine;
using System.IO.Enumeration;
using Migrator.Databases;
using Migrator.Fleet;

namespace Migrator.Cli;

/// <summary>Which databases, and as whom.</summary>
internal sealed class TargetOptions
{
    /// <summary>Read when neither option names a database, so that a password need not be an argument.</summary>
    public const string Variable = "MIGRATOR_DATABASE";

    private const string Login = "login";

    private readonly Option<string[]> databases = new("--database", "-d") { Description = $"Connection string; may be repeated. Passwords are visible in the process list: prefer ${Variable}, --list or a passfile" };
    private readonly Option<string?> list = new("--list", "-l") { Description = "File with a database per line (\"-\" for standard input): CONNECTION, or NAME, tab, CONNECTION, tab, ring=R,owner=ROLE,size=BYTES,canary" };
    private readonly Option<string?> owner = new("--owner") { Description = "Role to run as; default is each database's owner. \"login\" runs with all rights of the login: only where nobody else can plant code" };
    private readonly Option<string> adminDatabase = new("--admin-database") { Description = "Where the login manages roles", DefaultValueFactory = _ => "postgres" };
    private readonly Option<string[]> tenants = new("--tenants") { Description = "Only databases whose name matches; * and ? allowed" };
    private readonly Option<string[]> rings = new("--ring") { Description = "Only databases of these rings" };
    private readonly Option<string[]> servers = new("--server") { Description = "Only databases on these servers (host:port)" };

    public void AddTo(Command command)
    {
        Option[] all = [databases, list, owner, adminDatabase, tenants, rings, servers];
        foreach (var option in all) command.Options.Add(option);
        foreach (var option in new[] { databases, tenants, rings, servers }) option.AllowMultipleArgumentsPerToken = true;
    }

    public string AdminDatabase(ParseResult parsed) => parsed.GetValue(adminDatabase)!;

    /// <summary>Largest first where sizes are known, else in the order given.</summary>
    /// <exception cref="MigrationException">No database is named, or a line cannot be read.</exception>
    public IReadOnlyList<FleetTarget> Read(ParseResult parsed)
    {
        var targets = (parsed.GetValue(databases) ?? []).Select(connection => TargetLine.Parse(connection, "--database", 1)).ToList();
        if (parsed.GetValue(list) is { } file) targets.AddRange(ReadList(file));
        if (targets.Count == 0 && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable) targets.Add(TargetLine.Parse(variable, Variable, 1));
        if (targets.Count == 0)
        {
            throw new MigrationException(MigrationError.Source, $"No database is named. Use --list FILE, --database CONNECTION or the variable {Variable}.");
        }

        var role = parsed.GetValue(owner) switch { null => DatabaseTarget.DatabaseOwner, Login => null, var name => name };
        return
        [
            .. targets
                .Where(target => IsWanted(target, parsed))
                .Select(target => target.Database.OwnerRole is null ? target with { Database = target.Database with { OwnerRole = role } } : target)
                .OrderByDescending(target => target.Size ?? -1),
        ];
    }

    private static IEnumerable<FleetTarget> ReadList(string file)
    {
        if (file is not "-" && !File.Exists(file)) throw new MigrationException(MigrationError.Source, "There is no such list.") { File = file };
        var lines = file is "-" ? Console.In.ReadToEnd().Split('\n') : File.ReadAllLines(file);
        var targets = lines
            .Select((line, index) => (Line: line.Trim(), Number: index + 1))
            .Where(x => x.Line.Length > 0 && !x.Line.StartsWith('#'))
            .Select(x => TargetLine.Parse(x.Line, file, x.Number))
            .ToList();
        return targets.GroupBy(target => target.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new MigrationException(MigrationError.Source, $"{twice.Key} is listed twice. Give each line a name of its own: NAME, tab, CONNECTION.") { File = file }
            : targets;
    }

    private bool IsWanted(FleetTarget target, ParseResult parsed) =>
        (parsed.GetValue(tenants) is not { Length: > 0 } names || names.Any(name => FileSystemName.MatchesSimpleExpression(name, target.Name)))
        && (parsed.GetValue(rings) is not { Length: > 0 } wantedRings || wantedRings.Contains(target.Ring, StringComparer.Ordinal))
        && (parsed.GetValue(servers) is not { Length: > 0 } wantedServers || wantedServers.Contains(target.Server, StringComparer.Ordinal));
}
