using Npgsql;
using Provisioner.Processes;

namespace Provisioner.Postgres;

public sealed partial class PostgresServer
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Writes the whole database to a file in pg_dump's custom format that only we may read. The file appears under its name when it
    /// is complete, never before. Runs as the owner role while the tenant keeps working.
    /// </summary>
    public async Task DumpAsync(TenantDatabaseName name, string file, CancellationToken ct)
    {
        var tools = await DumpToolsAsync(ct);
        var unfinished = file + ".unfinished";
        try
        {
            await using (new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = Private }))
            {
                // pg_dump keeps the mode of a file that is there.
            }

            (await RunAsOwnerAsync(name, login => tools.DumpAsync(login, unfinished, ct), ct))
                .OrThrow($"Database {name.Database} on {Host}:{Port} could not be dumped. See what pg_dump says, then retry");
            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>
    /// Fills a database made from <see cref="TemplateName.Empty"/> with a dump, all or nothing; then grant access. Everything in the
    /// dump, which may hold functions and triggers that a tenant planted, runs as the owner role.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// <c>dump_unreadable</c>, <c>database_not_empty</c>, or <c>command_failed</c> with the words of pg_restore.
    /// </exception>
    public async Task RestoreAsync(TenantDatabaseName name, string file, CancellationToken ct)
    {
        var tools = await DumpToolsAsync(ct);
        await EnsureOursAndEmptyAsync(name, ct);
        await using (var inside = await OpenAsync(name.Database, ct))
        {
            await HandOverPublicSchemaAsync(inside, name.Owner, ct);
        }

        (await RunAsOwnerAsync(name, login => tools.RestoreAsync(login, file, ct), ct))
            .OrThrow($"Database {name.Database} on {Host}:{Port} could not be restored from {file}; nothing of it was kept");
    }

    private async Task EnsureOursAndEmptyAsync(TenantDatabaseName name, CancellationToken ct)
    {
        await ExecuteAloneAsync(name, Guards.Database(name.Database, Tag(name)), ct);
        const string sql =
            """
            select exists (select from pg_class where relnamespace = 'public'::regnamespace)
                or exists (select from pg_proc where pronamespace = 'public'::regnamespace)
                or exists (select from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema'))
                or exists (select from pg_largeobject_metadata)
            """;
        var isEmpty = false;
        await AsOwnerAsync(
            name,
            TemplateName.Empty,
            async login =>
            {
                await using var inside = await Connections.OpenAsync(login, ct);
                await using var command = new NpgsqlCommand(sql, inside);
                isEmpty = await command.ExecuteScalarAsync(ct) is false;
            },
            ct);
        if (!isEmpty)
        {
            throw new ProvisioningException("database_not_empty", $"Database {name.Database} on {Host}:{Port} is not empty. Drop it, create it from the empty template, then restore.");
        }
    }

    /// <summary>Runs a program that logs in as the owner, who is shut out again when it has ended.</summary>
    internal async Task<CommandResult> RunAsOwnerAsync(TenantDatabaseName name, Func<string, Task<CommandResult>> run, CancellationToken ct)
    {
        CommandResult? result = null;

        // Most often it is not let in, and a program takes its time to find out.
        await ExecuteAloneAsync(name, LetOwnerIn(name, TemplateName.Empty), ct);
        await AsOwnerAsync(name, TemplateName.Empty, async login => result = await run(login), ct);
        await ExecuteAloneAsync(name, Guards.Role(name.Owner, Tag(name)) + OwnerLogin.Shut(name.Owner), ct);
        return result!;
    }

    internal async Task<DumpTools> DumpToolsAsync(CancellationToken ct)
    {
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        return await DumpTools.ForServerAsync(connection.PostgreSqlVersion.Major, ct);
    }
}
