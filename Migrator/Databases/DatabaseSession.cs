using System.Globalization;
using Npgsql;

namespace Migrator.Databases;

/// <summary>One direct, unpooled connection to one database, running as the role the target asks for.</summary>
public sealed class DatabaseSession : IAsyncDisposable
{
    // A frozen process would keep the database's lock, and a transaction's, for ever; a living one is heard by its keep-alive.
    private const string Silence = "90s";

    /// <summary>How long a session waits for a lock where nothing else is set in it.</summary>
    internal static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The limit for each of its statements where nothing else is set in it.</summary>
    internal static readonly TimeSpan StatementTimeout = TimeSpan.FromMinutes(10);

    // Each of these would else be a statement in each database. Each statement must see what the run before us committed while we waited, whatever the database's default is.
    private static readonly string Settings = string.Create(
        CultureInfo.InvariantCulture,
        $@"-c idle_session_timeout={Silence} -c idle_in_transaction_session_timeout={Silence} -c lock_timeout={LockTimeout.TotalMilliseconds} -c statement_timeout={StatementTimeout.TotalMilliseconds} -c default_transaction_isolation=read\ committed");

    private readonly NpgsqlDataSource source;

    private DatabaseSession(NpgsqlDataSource source, NpgsqlConnection connection, OwnerRole? owner)
    {
        this.source = source;
        Connection = connection;
        Owner = owner;
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>The owner role it runs as; null when it runs as its login.</summary>
    public OwnerRole? Owner { get; }

    /// <summary>It is a superuser's, who must run no query in a tenant's database.</summary>
    public bool ReadsHistoriesOnly { get; private init; }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await source.DisposeAsync();
    }

    // Loading the types of a database costs more than a small migration, which needs none of them.
    internal static NpgsqlDataSource DataSource(string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString).ConfigureTypeLoading(types => types.EnableTypeLoading(enable: false)).Build();

    // A data source of its own: those that Npgsql makes for a connection string stay in memory for ever.
    internal static async Task<DatabaseSession> OpenAsync(NpgsqlConnectionStringBuilder settings, OwnerRole? owner, CancellationToken ct, bool readsHistoriesOnly = false)
    {
        settings.Pooling = false;
        settings.Enlist = false;
        settings.CommandTimeout = 0;
        settings.KeepAlive = 30;
        settings.Options = $"{settings.Options} {Settings}".TrimStart();
        var own = DataSource(settings.ConnectionString);
        try
        {
            return new DatabaseSession(own, await own.OpenConnectionAsync(ct), owner) { ReadsHistoriesOnly = readsHistoriesOnly };
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }
}
