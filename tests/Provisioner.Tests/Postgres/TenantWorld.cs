using Npgsql;
using Provisioner.Postgres;
using Support;

namespace Provisioner.Tests.Postgres;

/// <summary>A server with one template, and tenants made from it on request.</summary>
public sealed class TenantWorld : IAsyncLifetime
{
    /// <summary>A bit of everything a migration may make.</summary>
    public const string Schema =
        """
        create table contacts (id int generated always as identity primary key, name text not null);
        create table "__EFMigrationsHistory" ("MigrationId" text primary key);
        create sequence invoice_number;
        create view names as select name from contacts;
        create function shout(word text) returns text language sql immutable as 'select upper(word)';
        create function pinned() returns text language sql security definer set search_path = pg_catalog as 'select current_user::text';
        create function unpinned() returns text language sql security definer as 'select current_user::text';
        create schema crm;
        create table crm.deals (id int primary key);
        create schema migrator;
        create table migrator.history (version text primary key);
        """;

    private readonly List<TenantDatabaseName> made = [];
    private readonly Lazy<Task<(TenantDatabaseName, LoginPassword)>> shared;

    public TenantWorld() => shared = new(() => CreateTenantAsync());

    public PostgresServer Server { get; private set; } = null!;

    /// <summary>The superuser's, for database <c>postgres</c>.</summary>
    public string Admin { get; private set; } = "";

    /// <summary>The superuser itself.</summary>
    public string AdminRole => new NpgsqlConnectionStringBuilder(Admin).Username!;

    public TemplateName Template { get; } = TemplateName.For($"{Guid.CreateVersion7():N}");

    public async Task InitializeAsync()
    {
        Admin = await TestServer.ConnectionStringAsync();
        Server = new PostgresServer(Admin, "tests");
        await Server.CreateTemplateAsync(Template, MigrateAsync, default);
    }

    /// <summary>One tenant for all tests of a class that leave it as it was.</summary>
    public Task<(TenantDatabaseName Name, LoginPassword Password)> SharedTenantAsync() => shared.Value;

    /// <summary>Lets the owner in until the next act of the server on that database, and answers how it logs in.</summary>
    public async Task<string> OwnerAsync(TenantDatabaseName name)
    {
        var owners = new OwnerLogin(new NpgsqlConnectionStringBuilder(Admin));
        await Sql.ExecuteAsync(Admin, owners.Let(name.Owner));
        return owners.ConnectionString(name.Database, name.Owner);
    }

    /// <summary>A tenant ready for use: roles, database, grants.</summary>
    public async Task<(TenantDatabaseName Name, LoginPassword Password)> CreateTenantAsync(TenantRoleLimits? limits = null, TemplateName? template = null)
    {
        var (name, password) = (NewName(), LoginPassword.Generate());
        await Server.CreateRolesAsync(name, password, limits ?? new TenantRoleLimits(), default);
        await Server.CreateDatabaseAsync(name, template ?? Template, tenant: null, default);
        await Server.GrantAccessAsync(name, template ?? Template, default);
        return (name, password);
    }

    /// <summary>A name whose objects are removed at the end, if they are ours.</summary>
    public TenantDatabaseName NewName()
    {
        var name = new TenantDatabaseName(Guid.CreateVersion7());
        lock (made)
        {
            made.Add(name);
        }

        return name;
    }

    /// <summary>The superuser's, for any database.</summary>
    public string AdminIn(string database) => new NpgsqlConnectionStringBuilder(Admin) { Database = database, Pooling = false }.ConnectionString;

    public static async Task<string> MigrateAsync(string connectionString, CancellationToken ct)
    {
        await Sql.ExecuteAsync(connectionString, Schema);
        return "fingerprint-1";
    }

    public async Task DisposeAsync()
    {
        foreach (var name in made)
        {
            await Server.DropDatabaseAsync(name, default);
            await Server.DropRolesAsync(name, default);
        }

        await Server.DropTemplateAsync(Template, default);
        await Server.DisposeAsync();
    }
}
