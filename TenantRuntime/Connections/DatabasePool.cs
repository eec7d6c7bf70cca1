using TenantRuntime.Routes;

namespace TenantRuntime.Connections;

/// <summary>
/// The connections of one tenant to one database. Only its <see cref="ServerPool"/> changes it, under that pool's lock.
/// </summary>
internal sealed class DatabasePool(ServerPool server, Route route)
{
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServerPool Server { get; } = server;

    public Route Route { get; } = route;

    /// <summary>How many connections this tenant may have at once.</summary>
    public int Cap { get; set; } = Math.Max(1, route.Limits.Connections);

    /// <summary>Idle, in use, or being opened.</summary>
    public int Alive { get; set; }

    /// <summary>How many of them are being opened.</summary>
    public int Opening { get; set; }

    /// <summary>What the connections were worth that made room for others; the next to be opened goes on from there.</summary>
    public double LostWorth { get; set; }

    /// <summary>The idle connection returned last; the others hang below it.</summary>
    public ServerConnection? Idle { get; set; }

    /// <summary>Everybody without a connection, first come first.</summary>
    public LinkedList<ConnectionWaiter> Waiters { get; } = new();

    /// <summary>How many of <see cref="Waiters"/> are also in the server's queue for a new connection.</summary>
    public int Queued { get; set; }

    /// <summary>How usual it is that somebody comes and finds all connections in use: grows with each who does, shrinks with each who does not.</summary>
    public int Shortage { get; set; }

    /// <summary>What the last connection that asked found out about the database; null before the first.</summary>
    public DatabaseFunctions? Functions { get; set; }

    /// <summary>No longer where the tenant's route leads: nothing is handed out, and what comes back is closed.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Done when, after retirement, nobody uses a connection of this pool any more.</summary>
    public Task Drained => drained.Task;

    /// <summary>Whether another route leads to the same database by the same login.</summary>
    public bool Serves(Route other) =>
        other.ServerId == Route.ServerId && other.Host == Route.Host && other.Port == Route.Port
        && other.Database == Route.Database && other.Password == Route.Password;

    public void CheckDrained()
    {
        if (IsRetired && Alive == 0)
        {
            drained.TrySetResult();
        }
    }
}
