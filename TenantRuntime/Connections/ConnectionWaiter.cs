namespace TenantRuntime.Connections;

/// <summary>Somebody in the queue. Answered with a connection, or with leave to open one.</summary>
internal sealed class ConnectionWaiter(DatabasePool database, long ticket)
    : TaskCompletionSource<ConnectionGrant>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public DatabasePool Database { get; } = database;

    /// <summary>Earlier ones are smaller, on one server.</summary>
    public long Ticket { get; } = ticket;

    /// <summary>How long it waits for its tenant's own connections only, which are likely to be back before a new one is open.</summary>
    public TimeSpan Patience { get; set; }

    public bool IsPatient => Patience > TimeSpan.Zero;

    /// <summary>Its place among the database's waiters; null once answered or gone.</summary>
    public LinkedListNode<ConnectionWaiter>? InLine { get; set; }

    /// <summary>Its place in the server's queue for new connections, or null while its tenant has all it may have.</summary>
    public LinkedListNode<ConnectionWaiter>? InQueue { get; set; }
}
