using Npgsql;
using TenantRuntime.Connections;
using TenantRuntime.Tenancy;

namespace TenantRuntime;

/// <summary>
/// One use of a verified connection to one tenant's database. Disposing it ends the use; a transaction that was
/// not committed is rolled back with it.
/// </summary>
public sealed class TenantConnection : IAsyncDisposable
{
    private readonly TenantScope scope;
    private readonly ServerConnection connection;
    private bool isEnded;

    internal TenantConnection(TenantScope scope, ServerConnection connection)
    {
        this.scope = scope;
        this.connection = connection;
    }

    /// <summary>
    /// The open connection, for libraries such as Dapper. What is done with it goes unseen, so the session is cleared
    /// after this use, which costs one round trip. Never keep it beyond this use.
    /// </summary>
    public NpgsqlConnection Npgsql
    {
        get
        {
            connection.MustReset();
            return connection.Npgsql;
        }
    }

    /// <summary>A command on this connection.</summary>
    public NpgsqlCommand CreateCommand(string sql) => new(sql, connection.Npgsql);

    public ValueTask<NpgsqlTransaction> BeginTransactionAsync(CancellationToken ct) => connection.Npgsql.BeginTransactionAsync(ct);

    public ValueTask DisposeAsync()
    {
        if (isEnded)
        {
            return ValueTask.CompletedTask;
        }

        isEnded = true;
        return scope.GiveBackAsync(connection, lost: false);
    }
}
