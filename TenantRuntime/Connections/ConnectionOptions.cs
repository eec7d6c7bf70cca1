using Npgsql;

namespace TenantRuntime;

/// <summary>How this process uses database connections; part of <see cref="TenantRuntimeOptions"/>.</summary>
public sealed class ConnectionOptions
{
    /// <summary>
    /// Connections this process may hold to one physical server, whatever the number of tenants. Where several
    /// processes share a server, the control plane grants each a share of at most this.
    /// </summary>
    public int PerServer { get; set; } = 100;

    /// <summary>New connections opened at the same time on one server, at most. More of them slow down those who have one.</summary>
    public int ColdOpens { get; set; } = 4;

    /// <summary>How long a request waits for a connection before it is answered with 503.</summary>
    public TimeSpan QueueTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many requests of one tenant may wait for a connection; the next is answered with 503 at once.</summary>
    public int QueueLength { get; set; } = 1000;

    /// <summary>An idle connection is closed after this time, though there be room for it.</summary>
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A connection is closed after this time, so that changed settings of roles and servers take effect.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// A connection that rested longer than this is looked at before it is used, and is tried with one round trip when that does not tell
    /// or it rested for more than a minute.
    /// </summary>
    public TimeSpan TrustedRest { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Load the types of each database when it is first used. Needed only for enums, composites and other types of
    /// the application's own; costs about 8 ms per opened connection.
    /// </summary>
    public bool LoadTypes { get; set; }

    /// <summary>Further settings of each connection, such as mapped enums or TLS. Called for every opened connection.</summary>
    public Action<NpgsqlDataSourceBuilder>? Configure { get; set; }
}
