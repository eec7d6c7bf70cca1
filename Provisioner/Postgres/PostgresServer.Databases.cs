using System.Diagnostics;
using Npgsql;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Postgres;

public sealed partial class PostgresServer
{
    // More clones or drops at a time only make each other slower.
    private const int AtATime = 2;

    private static readonly TimeSpan InUseLimit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After which an actor counts as frozen. A living one that works elsewhere meanwhile, as when a template is migrated, is heard
    /// by <see cref="Heartbeat"/>.
    /// </summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim cloning = new(AtATime);
    private readonly SemaphoreSlim dropping = new(AtATime);

    /// <summary>
    /// Clones a template. The control plane's role owns the database, so that no tenant can lift a limit of it. A database that
    /// an earlier attempt finished is kept; one that a killed attempt to drop it left unusable is made anew. Make the roles first.
    /// </summary>
    /// <param name="tenant">Whose it is, or will be; written as <see cref="BindTenantAsync"/> does. Null: that comes later.</param>
    public async Task CreateDatabaseAsync(TenantDatabaseName name, TemplateName template, Guid? tenant, CancellationToken ct)
    {
        await cloning.WaitAsync(ct);
        try
        {
            await using var alone = await LockedConnection.OpenAsync(maintenance, name.Database, Silence, ct);
            var connection = alone.Value;
            var found = await FindAsync(connection, name.Database, ct);
            if (found is { IsUsable: false } && IsOurs(found, name))
            {
                await DropAsync(connection, name.Database, ct);
                found = null;
            }

            if (found is null)
            {
                await CloneAsync(connection, name, template, ct);
            }
            else if (!IsOurs(found, name))
            {
                throw new ForeignObjectException($"Database {name.Database} on {Host}:{Port}", ForeignObjectException.Comment);
            }

            if (found?.Comment is null)
            {
                await FinishAsync(connection, name, template, tenant, ct);
            }
        }
        finally
        {
            cloning.Release();
        }
    }

    /// <summary>Says inside the database whose it is: <c>current_setting('controlplane.tenant_id')</c> of every later session.</summary>
    public Task BindTenantAsync(TenantDatabaseName name, Guid tenantId, CancellationToken ct) =>
        ExecuteAloneAsync(name, $"{Guards.Database(name.Database, Tag(name))} {Bind(name, tenantId)}", ct);

    /// <summary>Ends all sessions and drops the database; a missing one is fine.</summary>
    public async Task DropDatabaseAsync(TenantDatabaseName name, CancellationToken ct)
    {
        await dropping.WaitAsync(ct);
        try
        {
            await using var alone = await LockedConnection.OpenAsync(maintenance, name.Database, Silence, ct);
            if (await FindAsync(alone.Value, name.Database, ct) is not { } found)
            {
                return;
            }

            if (!IsOurs(found, name))
            {
                throw new ForeignObjectException($"Database {name.Database} on {Host}:{Port}", ForeignObjectException.Comment);
            }

            await DropAsync(alone.Value, name.Database, ct);
        }
        finally
        {
            dropping.Release();
        }
    }

    /// <summary>Whether it is there and whole.</summary>
    /// <exception cref="ForeignObjectException">It is not ours.</exception>
    public async Task<bool> HasDatabaseAsync(TenantDatabaseName name, CancellationToken ct)
    {
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        return await FindAsync(connection, name.Database, ct) is { IsUsable: true, Comment: not null } found
            && (IsOurs(found, name) ? true : throw new ForeignObjectException($"Database {name.Database} on {Host}:{Port}", ForeignObjectException.Comment));
    }

    /// <summary>
    /// CREATE DATABASE cannot set a comment, and we may be killed right after it. So it makes the tenant's owner role, which is
    /// surely ours, the owner for that moment: an uncommented database owned by it is our own unfinished one.
    /// </summary>
    private bool IsOurs(FoundDatabase found, TenantDatabaseName name) =>
        found.Comment is null ? found.Owner == name.Owner && found.OwnerComment == Tag(name).ToString() : found.Comment == Tag(name).ToString();

    private static Task CloneAsync(NpgsqlConnection connection, TenantDatabaseName name, TemplateName template, CancellationToken ct) =>
        WhileInUseAsync(
            () => ExecuteAsync(connection, $"create database {Name(name.Database)} owner {Name(name.Owner)} template {Name(template.Database)} strategy file_copy allow_connections false", ct),
            ct);

    private Task FinishAsync(NpgsqlConnection connection, TenantDatabaseName name, TemplateName template, Guid? tenant, CancellationToken ct)
    {
        var database = Name(name.Database);
        return ExecuteAsync(
            connection,
            Block($"""
                comment on database {database} is {Literal(Tag(name).ToString())};
                alter database {database} owner to current_user;
                revoke all on database {database} from public;
                -- Migrations make schemas, and extensions that PostgreSQL trusts; the login may make neither.
                grant connect, create, temporary on database {database} to {Name(name.Owner)};
                {(tenant is { } id ? Bind(name, id) : "")}
                alter database {database} allow_connections true;
                {LetOwnerIn(name, template)}
                """),
            ct);
    }

    private static string Bind(TenantDatabaseName name, Guid tenant) =>
        $"alter database {Name(name.Database)} set controlplane.tenant_id = {Literal(tenant.ToString("D"))};";

    private static Task DropAsync(NpgsqlConnection connection, string database, CancellationToken ct) =>
        WhileInUseAsync(() => ExecuteAsync(connection, $"drop database if exists {Name(database)} with (force)", ct), ct);

    /// <summary>Another session may be inside for a moment: an autovacuum worker, a session being ended, another clone's source check.</summary>
    private static async Task WhileInUseAsync(Func<Task> act, CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await act();
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && waited.Elapsed < InUseLimit)
            {
                await Task.Delay(Random.Shared.Next(50, 200), ct);
            }
        }
    }

    private static async Task<FoundDatabase?> FindAsync(NpgsqlConnection connection, string database, CancellationToken ct)
    {
        const string sql =
            """
            select datconnlimit <> -2, shobj_description(d.oid, 'pg_database'), r.rolname, shobj_description(r.oid, 'pg_authid')
            from pg_database d join pg_roles r on r.oid = d.datdba where datname = $1
            """;
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = database } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new FoundDatabase(reader.GetBoolean(0), reader.GetValue(1) as string, reader.GetString(2), reader.GetValue(3) as string)
            : null;
    }

    /// <summary>Not usable where DROP DATABASE was killed half-way, which PostgreSQL marks by the connection limit -2.</summary>
    private sealed record FoundDatabase(bool IsUsable, string? Comment, string Owner, string? OwnerComment);
}
