namespace TenantRuntime.Connections;

/// <summary>All idle connections of one server by time of return, and within it those of each database.</summary>
internal sealed class IdleList
{
    private ServerConnection? oldest;
    private ServerConnection? newest;

    public int Count { get; private set; }

    public ServerConnection? Oldest => oldest;

    public void Push(ServerConnection connection)
    {
        connection.Older = newest;
        connection.Newer = null;
        if (newest is null)
        {
            oldest = connection;
        }
        else
        {
            newest.Newer = connection;
        }

        newest = connection;
        connection.Below = connection.Database.Idle;
        connection.Database.Idle = connection;
        Count++;
    }

    /// <summary>How many were returned before this timestamp.</summary>
    public int CountOlder(long timestamp)
    {
        var count = 0;
        for (var connection = oldest; connection is not null && connection.ReturnedAt < timestamp; connection = connection.Newer)
        {
            count++;
        }

        return count;
    }

    /// <summary>The connection of this database that was returned last, or null.</summary>
    public ServerConnection? Pop(DatabasePool database)
    {
        if (database.Idle is not { } connection)
        {
            return null;
        }

        database.Idle = connection.Below;
        Unlink(connection);
        return connection;
    }

    /// <summary>The connection of least <see cref="Worth"/>, which its database remembers, or null. Looks at all of them, which takes microseconds; to open the next one takes milliseconds.</summary>
    public ServerConnection? PopLeastWorth()
    {
        var least = oldest;
        for (var connection = oldest?.Newer; connection is not null; connection = connection.Newer)
        {
            least = connection.Worth < least!.Worth ? connection : least;
        }

        if (least is not null)
        {
            Remove(least);
            least.Database.LostWorth = Math.Max(least.Database.LostWorth, least.Worth);
        }

        return least;
    }

    public void Remove(ServerConnection connection)
    {
        // A database has few idle connections: walking to it is cheaper than a second back link in each.
        if (ReferenceEquals(connection.Database.Idle, connection))
        {
            connection.Database.Idle = connection.Below;
        }
        else
        {
            var above = connection.Database.Idle!;
            while (!ReferenceEquals(above.Below, connection))
            {
                above = above.Below!;
            }

            above.Below = connection.Below;
        }

        Unlink(connection);
    }

    private void Unlink(ServerConnection connection)
    {
        if (connection.Older is null)
        {
            oldest = connection.Newer;
        }
        else
        {
            connection.Older.Newer = connection.Newer;
        }

        if (connection.Newer is null)
        {
            newest = connection.Older;
        }
        else
        {
            connection.Newer.Older = connection.Older;
        }

        connection.Older = connection.Newer = connection.Below = null;
        Count--;
    }
}
