using Migrator.Databases;
using Migrator.Sql;
using Npgsql;

namespace Migrator.Lint;

/// <summary>A throw-away database that belongs to a throw-away role of the same name; both are gone when it is disposed.</summary>
internal sealed class RehearsalDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource admin;
    private readonly string connectionString;

    private RehearsalDatabase(NpgsqlDataSource admin, string connectionString, string? name)
    {
        Name = $"rehearsal_{name ?? Guid.CreateVersion7().ToString("N")}";
        this.admin = admin;
        this.connectionString = connectionString;
    }

    private string Name { get; }

    public DatabaseTarget Target => new(new NpgsqlConnectionStringBuilder(connectionString) { Database = Name }.ConnectionString, Name);

    /// <summary>Creates it empty, or as a clone.</summary>
    /// <param name="server">A login that may create databases and roles.</param>
    /// <param name="source">The database to clone; nobody may be connected to it at that moment.</param>
    /// <param name="objectOwner">The role that owns what is in the source; null is the one that owns the source itself.</param>
    /// <param name="name">Letters and digits that name it, so that one left by a crash is found and removed; null for any.</param>
    /// <exception cref="MigrationException">The source is in use, or belongs to a superuser.</exception>
    public static async Task<RehearsalDatabase> CreateAsync(string server, string? source, string? objectOwner, string? name, CancellationToken ct)
    {
        var rehearsal = new RehearsalDatabase(DatabaseSession.DataSource(server), server, name);
        try
        {
            if (name is not null) await rehearsal.DropAsync(ct);
            await rehearsal.ExecuteAsync($"create role {rehearsal.Name} login", ct);
            await (objectOwner is null ? rehearsal.JoinOwnerAsync(source, ct) : rehearsal.JoinAsync(objectOwner, ct));
            await rehearsal.ExecuteAsync($"create database {rehearsal.Name} owner {rehearsal.Name} template {SqlName.Quote(source ?? "template0")}", ct);
            await rehearsal.OpenPublicAsync(ct);
            return rehearsal;
        }
        catch (PostgresException e)
        {
            await rehearsal.DisposeAsync();
            throw new MigrationException(MigrationError.Refused, e.SqlState == PostgresErrorCodes.ObjectInUse
                ? $"{e.MessageText}: a database can be cloned only while nobody is connected to it. Name a template or a restored copy"
                : $"The rehearsal database could not be made: {e.MessageText}", e) { SqlState = e.SqlState };
        }
        catch
        {
            await rehearsal.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DropAsync(CancellationToken.None);
        await admin.DisposeAsync();
    }

    private async Task DropAsync(CancellationToken ct)
    {
        await ExecuteAsync($"drop database if exists {Name} with (force)", ct);
        await ExecuteAsync($"drop role if exists {Name}", ct);
    }

    // Objects of a clone still belong to the source's owner. REASSIGN OWNED would also give away that owner's real database.
    private async Task JoinOwnerAsync(string? source, CancellationToken ct)
    {
        if (source is null) return;
        await using var ask = admin.CreateCommand("select r.rolname::text, r.rolsuper from pg_catalog.pg_roles r join pg_catalog.pg_database d on d.datdba = r.oid where d.datname = $1");
        ask.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        string owner;
        await using (var reader = await ask.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct)) return;
            owner = reader.GetString(0);
            if (reader.GetBoolean(1)) throw new MigrationException(MigrationError.Role, $"{source} belongs to the superuser {owner}, so a rehearsal could not run as its owner. Give it a plain role: alter database … owner to ….");
        }

        await JoinAsync(owner, ct);
    }

    private Task JoinAsync(string owner, CancellationToken ct) => ExecuteAsync($"grant {SqlName.Quote(owner)} to {Name}", ct);

    private async Task OpenPublicAsync(CancellationToken ct)
    {
        await using var clone = DatabaseSession.DataSource(new NpgsqlConnectionStringBuilder(connectionString) { Database = Name, Pooling = false }.ConnectionString);
        await using var command = clone.CreateCommand($"grant create, usage on schema public to {Name}");
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
