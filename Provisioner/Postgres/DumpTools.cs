using System.Text.RegularExpressions;
using Npgsql;
using Provisioner.Local;
using Provisioner.Processes;

namespace Provisioner.Postgres;

/// <summary>Runs <c>pg_dump</c> and <c>pg_restore</c>; what they need to log in goes through their environment, never their arguments.</summary>
internal sealed partial class DumpTools(ServerBinaries binaries)
{
    /// <summary>Code of the failure of a program that the server did not let in.</summary>
    public const string NotLetIn = "not_let_in";

    private static readonly string[] Refusals = ["is not permitted to log in", "password authentication failed"];

    /// <summary>pg_dump refuses servers newer than itself.</summary>
    public static async Task<DumpTools> ForServerAsync(int majorVersion, CancellationToken ct)
    {
        var found = await ServerBinaries.FindAsync(onlyIn: null, ct);
        return found.Where(b => b.MajorVersion >= majorVersion).MinBy(b => b.MajorVersion) is { } fitting
            ? new DumpTools(fitting)
            : throw new ProvisioningException("no_dump_tools", $"No pg_dump for PostgreSQL {majorVersion} on this machine. Type: sudo apt-get install postgresql-client-{majorVersion}");
    }

    public Task<CommandResult> DumpAsync(string connectionString, string file, CancellationToken ct) =>
        RunAsync("pg_dump", connectionString, ct, "--format=custom", "--no-owner", "--no-privileges", "--file", file);

    /// <summary>Everything but rows, with privileges; what a move makes for itself is left out.</summary>
    public Task<CommandResult> DumpSchemaAsync(string connectionString, string file, CancellationToken ct) =>
        RunAsync("pg_dump", connectionString, ct, "--format=custom", "--schema-only", "--exclude-schema=_move", "--no-publications", "--no-subscriptions", "--file", file);

    /// <summary>The table of contents of a dump, a line each.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string file, CancellationToken ct) =>
        (await new Command(binaries.Program("pg_restore"), "--list", file).RunAsync(ct)).OrThrow("A dump could not be read").Output.Split('\n');

    /// <summary>The chosen lines of a dump's table of contents as SQL.</summary>
    /// <param name="section"><c>pre-data</c>, <c>post-data</c>, or null for both.</param>
    public async Task<string> ScriptAsync(string file, IEnumerable<string> lines, string? section, CancellationToken ct)
    {
        var entries = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(entries, lines, ct);
            string[] sections = section is null ? [] : [$"--section={section}"];
            return (await new Command(binaries.Program("pg_restore"), ["--no-owner", .. sections, "--use-list", entries, "--file", "-", file]).RunAsync(ct))
                .OrThrow("A dump could not be read").Output;
        }
        finally
        {
            File.Delete(entries);
        }
    }

    /// <summary>All or nothing.</summary>
    public Task<CommandResult> RunScriptAsync(string connectionString, string script, CancellationToken ct) =>
        RunAsync("psql", connectionString, script, ["--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", "--file", "-"], ct);

    /// <summary>
    /// Brings rows, large objects and the state of sequences from one database into another that has the tables: as they come, so nothing
    /// of them lies on a disk of ours. All or nothing; what a move has made for itself is left out.
    /// </summary>
    /// <param name="writing">Of the target's version.</param>
    /// <param name="first">Done in the same transaction.</param>
    public async Task<CommandResult> PipeRowsAsync(string source, DumpTools writing, string target, string first, CancellationToken ct)
    {
        var (from, to) = (new NpgsqlConnectionStringBuilder(source), new NpgsqlConnectionStringBuilder(target));
        var result = await new Pipeline(
            Prepare("pg_dump", from, "--format=custom", "--compress=0", "--data-only", "--blobs", "--exclude-schema=_move"),
            // It says BEGIN and COMMIT, and never the latter when what it reads ends too soon. psql alone would commit what it got.
            new Command(binaries.Program("pg_restore"), "--no-owner", "--no-privileges", "--single-transaction", "--file", "-"),
            writing.Prepare("psql", to, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", "--file", "-"))
            .RunAsync($"begin;\n{first}\n", ct);
        return Admitted(Admitted(result, from), to);
    }

    /// <summary>All or nothing. The public schema is left out: every database has one, and the owner role may not make it.</summary>
    /// <exception cref="ProvisioningException"><c>dump_unreadable</c>.</exception>
    public async Task<CommandResult> RestoreAsync(string connectionString, string file, CancellationToken ct)
    {
        var list = await new Command(binaries.Program("pg_restore"), "--list", file).RunAsync(ct);
        if (!list.Succeeded)
        {
            throw new ProvisioningException("dump_unreadable", $"{file} is no complete dump: {list.Error.Trim()}. Use another one.");
        }

        var entries = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(entries, list.Output.Split('\n').Where(entry => !PublicSchema().IsMatch(entry)), ct);
            return await RunAsync(
                "pg_restore", connectionString, ct,
                "--dbname", new NpgsqlConnectionStringBuilder(connectionString).Database!, "--no-owner", "--no-privileges",
                "--single-transaction", "--exit-on-error", "--use-list", entries, file);
        }
        finally
        {
            File.Delete(entries);
        }
    }

    /// <exception cref="ProvisioningException"><see cref="NotLetIn"/>.</exception>
    private Task<CommandResult> RunAsync(string program, string connectionString, CancellationToken ct, params string[] arguments) =>
        RunAsync(program, connectionString, input: "", arguments, ct);

    /// <inheritdoc cref="RunAsync(string, string, CancellationToken, string[])"/>
    private async Task<CommandResult> RunAsync(string program, string connectionString, string input, string[] arguments, CancellationToken ct)
    {
        var login = new NpgsqlConnectionStringBuilder(connectionString);
        return Admitted(await (Prepare(program, login, arguments) with { Input = input }).RunAsync(ct), login);
    }

    private Command Prepare(string program, NpgsqlConnectionStringBuilder login, params string[] arguments)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = login.Host!,
            ["PGPORT"] = $"{login.Port}",
            ["PGDATABASE"] = login.Database!,
            ["PGUSER"] = login.Username!,
            ["PGPASSWORD"] = login.Password!,
            ["PGAPPNAME"] = "controlplane",
            ["PGSSLMODE"] = login.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            },
        };
        if (login.RootCertificate is { } certificate)
        {
            variables["PGSSLROOTCERT"] = certificate;
        }

        return new Command(binaries.Program(program), ["--no-password", .. arguments]) { Variables = variables };
    }

    /// <exception cref="ProvisioningException"><see cref="NotLetIn"/>.</exception>
    private static CommandResult Admitted(CommandResult result, NpgsqlConnectionStringBuilder login) =>
        Refusals.Any(words => result.Error.Contains(words, StringComparison.Ordinal))
            ? throw new ProvisioningException(NotLetIn, $"{login.Username} was not let into {login.Database} on {login.Host}:{login.Port}: {result.Error.Trim()}. Retry; if it stays so, look at pg_hba.conf there.")
            : result;

    /// <summary>Lines of the table of contents are <c>DUMPID; TABLEOID OID TYPE SCHEMA NAME OWNER</c>.</summary>
    [GeneratedRegex(@"^\d+; \d+ \d+ SCHEMA - public ", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PublicSchema();
}
