using Npgsql;
using TenantRuntime.Routes;

namespace TenantRuntime.Connections;

/// <summary>
/// Checks a new connection before anybody gets it: it must lead to the route's database, and that must be the tenant's.
/// A connection is opened once; when it is lost, its source opens no other in its place.
/// </summary>
/// <param name="asksFunctions">Whether to find out about functions, too: the first query on a table costs a new backend more than all the rest.</param>
internal sealed class FirstOpening(Route route, bool asksFunctions)
{
    private const string WhereAmI = "SELECT current_database(), current_setting('controlplane.tenant_id', true)";

    // Functions of the application's own that may change the session from inside a trigger, a view or a default.
    private const string StatefulFunctions =
        """
        , EXISTS (SELECT FROM pg_proc WHERE oid >= 16384 AND prosrc ~* '(set_config|advisory_lock|listen|prepare|execute|temp|discard|\mset\M)')
        """;

    private bool isVerified;

    /// <summary>Whether there are such functions; null where it was not asked for.</summary>
    public bool? FoundStatefulFunctions { get; private set; }

    /// <summary>Gets to see the commands once the connection is verified.</summary>
    public ServerConnection? Connection { get; set; }

    /// <summary>Only the first opening is asynchronous; any other is one too many.</summary>
    public static void RefuseSecond(NpgsqlConnection connection) => throw SecondOpening();

    public async Task VerifyAsync(NpgsqlConnection connection)
    {
        if (isVerified)
        {
            throw SecondOpening();
        }

        await using var command = new NpgsqlCommand(asksFunctions ? WhereAmI + StatefulFunctions : WhereAmI, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var database = reader.GetString(0);
        var tenant = await reader.IsDBNullAsync(1) ? "" : reader.GetString(1);
        if (database != route.Database || !Guid.TryParse(tenant, out var id) || id != route.TenantId)
        {
            throw new WrongDatabaseException(
                $"The route of {route.Slug} says database {route.Database} of tenant {route.TenantId}, but {route.Host}:{route.Port} " +
                $"led to database {database} of tenant '{tenant}'. Nothing was read. Run 'ctl servers reconcile'.");
        }

        FoundStatefulFunctions = asksFunctions ? reader.GetBoolean(2) : null;
        isVerified = true;
    }

    private static InvalidOperationException SecondOpening() =>
        new("The connection was lost while it rested, and may not be replaced by one that nobody counted.");
}
