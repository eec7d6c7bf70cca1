using Npgsql;

namespace Provisioner.Postgres;

/// <summary>
/// One PostgreSQL server that holds tenant databases. Each act may be repeated and then changes nothing; each looks at the
/// comment of what it finds and throws <see cref="ForeignObjectException"/> rather than touch what this installation did not make.
/// Failures of the server itself surface as <see cref="NpgsqlException"/>.
/// </summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    // A statement that copies or drops a whole database may take minutes on a slow disk.
    private const int CommandTimeoutSeconds = 600;

    private readonly NpgsqlConnectionStringBuilder admin;
    private readonly string installation;
    private readonly NpgsqlDataSource maintenance;
    private readonly ServerPreparation preparation;
    private readonly OwnerLogin owners;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="adminConnectionString">A superuser's, with password, for the database <c>postgres</c>.</param>
    /// <param name="installation">Tells several control planes apart: up to 40 lower-case letters, digits and dashes.</param>
    public PostgresServer(string adminConnectionString, string installation)
    {
        if (!ObjectTag.IsInstallation(installation))
        {
            throw new ArgumentException($"'{installation}' is no installation id: up to 40 lower-case letters, digits and dashes.", nameof(installation));
        }

        this.installation = installation;
        admin = new NpgsqlConnectionStringBuilder(adminConnectionString)
        {
            ApplicationName = "controlplane",
            CommandTimeout = CommandTimeoutSeconds,
        };
        maintenance = Connections.Source(new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Pooling = true, MaxPoolSize = 8, KeepAlive = (int)Heartbeat.TotalSeconds }.ConnectionString);
        preparation = new ServerPreparation(admin, maintenance);
        owners = new OwnerLogin(admin);
    }

    public string Host => admin.Host!;

    public int Port => admin.Port;

    /// <summary>A secret. What the application connects with.</summary>
    public string LoginConnectionString(TenantDatabaseName name, LoginPassword password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = admin.Host,
            Port = admin.Port,
            SslMode = admin.SslMode,
            RootCertificate = admin.RootCertificate,
            Database = name.Database,
            Username = name.Login,
            Password = password.Reveal(),
        }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await maintenance.DisposeAsync();
        cloning.Dispose();
        dropping.Dispose();
        templating.Dispose();
        preparation.Dispose();
    }

    /// <summary>Of the password that a role of ours has on this server.</summary>
    internal string VerifierOf(string role) => owners.VerifierOf(role);

    /// <summary>A secret: how another server logs in here, as libpq reads it.</summary>
    internal string ReplicationLogin(string database, string role)
    {
        // Bound to the channel, the password's proof also proves the server: no certificate need be known over there.
        var security = admin.SslMode is SslMode.Disable or SslMode.Allow or SslMode.Prefer ? "sslmode=prefer" : "sslmode=require channel_binding=require";
        return $"host={Quoted(Host)} port={Port} dbname={database} user={role} password={owners.PasswordOf(role)} {security} connect_timeout=10 application_name={role}";

        static string Quoted(string value) => $"'{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
    }

    internal ObjectTag Tag(TenantDatabaseName name) => ObjectTag.ForTenant(installation, name.Id);

    /// <summary>One transaction and one round trip; PostgreSQL fails one of two sessions that alter the same object at once, so they take turns.</summary>
    internal async Task ExecuteAloneAsync(TenantDatabaseName name, string statements, CancellationToken ct)
    {
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        await ExecuteAsync(connection, SqlText.Block(Guards.OneAtATime(name.Database) + statements), ct);
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == Guards.ForeignObject)
        {
            throw new ForeignObjectException(e.MessageText, ForeignObjectException.Comment, e);
        }
    }

    internal Task<NpgsqlConnection> OpenAsync(string database, CancellationToken ct) =>
        Connections.OpenAsync(new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = database }.ConnectionString, ct);
}
