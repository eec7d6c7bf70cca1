using Npgsql;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Postgres;

public sealed partial class PostgresServer
{
    // Many ask for the same template at once. They wait here, since each would keep a connection while it waits for the lock, and
    // the one that has the lock would get none.
    private readonly SemaphoreSlim templating = new(1);

    /// <summary>The finished template of that name, or null; one that is still being built does not count.</summary>
    public async Task<TemplateInfo?> FindTemplateAsync(TemplateName name, CancellationToken ct)
    {
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        return await FindTemplateAsync(connection, name, ct);
    }

    /// <summary>
    /// Builds a template under another name and renames it when it is whole, so that a half-built one is never cloned; one left
    /// by a crash is thrown away and built anew. A template that is already there is returned as it is. Two builders take turns.
    /// </summary>
    /// <param name="migrate">Gets a connection string that acts as the template's owner role, and returns the schema's fingerprint.</param>
    public async Task<TemplateInfo> CreateTemplateAsync(TemplateName name, Func<string, CancellationToken, Task<string>> migrate, CancellationToken ct)
    {
        var owner = name.Owner ?? throw new ArgumentException($"{name} is PostgreSQL's own.", nameof(name));
        await preparation.EnsureAsync(ct);
        await templating.WaitAsync(ct);
        try
        {
            await using var alone = await LockedConnection.OpenAsync(maintenance, name.Database, Silence, ct);
            return await FindTemplateAsync(alone.Value, name, ct) ?? await BuildTemplateAsync(alone.Value, name, owner, migrate, ct);
        }
        finally
        {
            templating.Release();
        }
    }

    /// <summary>
    /// Drops a template; a missing one is fine. Its owner role stays while a clone that was not granted access yet needs it: repeat
    /// the call later.
    /// </summary>
    public async Task DropTemplateAsync(TemplateName name, CancellationToken ct)
    {
        var owner = name.Owner ?? throw new ArgumentException($"{name} is PostgreSQL's own.", nameof(name));
        await using var alone = await LockedConnection.OpenAsync(maintenance, name.Database, Silence, ct);
        foreach (var database in new[] { name.Unfinished, name.Database })
        {
            await DropTemplateDatabaseAsync(alone.Value, database, owner, ct);
        }

        try
        {
            await ExecuteAsync(alone.Value, Block(DropIfThere(owner, TemplateOwnerTag)), ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            // A clone whose objects are still this role's; GrantAccessAsync takes them over.
        }
    }

    private ObjectTag TemplateOwnerTag => ObjectTag.ForTemplate(installation, fingerprint: "");

    private async Task<TemplateInfo?> FindTemplateAsync(NpgsqlConnection connection, TemplateName name, CancellationToken ct) =>
        await FindAsync(connection, name.Database, ct) is { } found ? new TemplateInfo(name, FingerprintOf(found, name.Database)) : null;

    private async Task<TemplateInfo> BuildTemplateAsync(
        NpgsqlConnection connection, TemplateName name, string owner, Func<string, CancellationToken, Task<string>> migrate, CancellationToken ct)
    {
        await CreateUnfinishedAsync(connection, name, owner, ct);
        await using (var inside = await OpenAsync(name.Unfinished, ct))
        {
            await HandOverPublicSchemaAsync(inside, owner, ct);
        }

        var fingerprint = await migrate(owners.ConnectionString(name.Unfinished, owner), ct);
        await FinishTemplateAsync(connection, name, fingerprint, ct);
        return new TemplateInfo(name, fingerprint);
    }

    private async Task CreateUnfinishedAsync(NpgsqlConnection connection, TemplateName name, string owner, CancellationToken ct)
    {
        await DropTemplateDatabaseAsync(connection, name.Unfinished, owner, ct);
        await ExecuteAsync(
            connection,
            Block($"{CreateIfMissing(owner, TemplateOwnerTag)} {owners.Let(owner)}"),
            ct);
        var database = Name(name.Unfinished);
        await ExecuteAsync(connection, $"create database {database} owner {Name(owner)} template template0 strategy file_copy", ct);
        await ExecuteAsync(
            connection,
            Block($"""
                comment on database {database} is {Literal(TemplateOwnerTag.ToString())};
                alter database {database} owner to current_user;
                revoke all on database {database} from public;
                grant connect, create, temporary on database {database} to {Name(owner)};
                """),
            ct);
    }

    /// <summary>For a database in which nothing is yet, since a superuser does it.</summary>
    internal static Task HandOverPublicSchemaAsync(NpgsqlConnection inside, string owner, CancellationToken ct) =>
        ExecuteAsync(inside, Block($"revoke all on schema public from public; alter schema public owner to {Name(owner)};"), ct);

    /// <summary>Frozen and analyzed here once, so that no clone needs it.</summary>
    private async Task FinishTemplateAsync(NpgsqlConnection connection, TemplateName name, string fingerprint, CancellationToken ct)
    {
        await using (var inside = await OpenAsync(name.Unfinished, ct))
        {
            await ExecuteAsync(inside, "vacuum (freeze, analyze)", ct);
        }

        // The next session writes down what it learned of the system tables, a clone takes that over, and its own first session is fast.
        await using (await OpenAsync(name.Unfinished, ct))
        {
        }

        await ExecuteAsync(connection, $"alter database {Name(name.Unfinished)} allow_connections false", ct);
        await ExecuteAsync(connection, $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = {Literal(name.Unfinished)}", ct);
        await WhileInUseAsync(
            () => ExecuteAsync(
                connection,
                Block($"""
                    {OwnerLogin.Shut(name.Unfinished)}
                    alter database {Name(name.Unfinished)} rename to {Name(name.Database)};
                    alter database {Name(name.Database)} is_template true;
                    comment on database {Name(name.Database)} is {Literal(ObjectTag.ForTemplate(installation, fingerprint).ToString())};
                    """),
                ct),
            ct);
    }

    private async Task DropTemplateDatabaseAsync(NpgsqlConnection connection, string database, string owner, CancellationToken ct)
    {
        if (await FindAsync(connection, database, ct) is not { } found)
        {
            return;
        }

        // Killed between CREATE DATABASE and its comment: see IsOurs.
        var isOurUnfinished = found.Comment is null && found.Owner == owner && found.OwnerComment == TemplateOwnerTag.ToString();
        if (!isOurUnfinished)
        {
            FingerprintOf(found, database);
        }

        if (found.IsUsable)
        {
            await ExecuteAsync(connection, $"alter database {Name(database)} is_template false", ct);
        }

        await DropAsync(connection, database, ct);
    }

    private string FingerprintOf(FoundDatabase found, string database) =>
        ObjectTag.Parse(found.Comment) is { Fingerprint: { } fingerprint } tag && tag.Installation == installation
            ? fingerprint
            : throw new ForeignObjectException($"Database {database} on {Host}:{Port}", ForeignObjectException.Comment);
}
