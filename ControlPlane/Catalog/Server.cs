using ControlPlane.Problems;

namespace ControlPlane.Catalog;

/// <summary>A machine that runs PostgreSQL for tenants.</summary>
public sealed class Server
{
    /// <summary>Connections of a server that are left to the control plane itself.</summary>
    public const int ReservedConnections = 20;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; init; }

    public required string Region { get; init; }

    public required Tier Tier { get; init; }

    public ServerState State { get; private set; } = ServerState.Active;

    /// <summary>Address of its PostgreSQL as runtimes and the control plane reach it.</summary>
    public required string Host { get; set; }

    public required int Port { get; set; }

    /// <summary>Connection string of the control plane's own role there, encrypted.</summary>
    public required string AdminSecret { get; set; }

    /// <summary>PEM of the certificate by which its PostgreSQL is known; null where it speaks without TLS.</summary>
    public string? Certificate { get; set; }

    /// <summary>Tenant databases it takes, warm ones included.</summary>
    public required int MaxDatabases { get; set; }

    /// <summary>Connections that all runtimes together may hold open to it.</summary>
    public required int MaxConnections { get; set; }

    /// <summary>How many warm databases are kept ready.</summary>
    public required int WarmTarget { get; set; }

    /// <summary>Data it takes, in units of 10^6 bytes; null for no limit.</summary>
    public int? MaxDataMegabytes { get; set; }

    /// <summary>All its databases, in units of 10^6 bytes, when it was last looked at.</summary>
    public int? DataMegabytes { get; set; }

    /// <summary>Data that it still takes, in bytes, when it was last looked at; null for no limit.</summary>
    public long? FreeBytes => MaxDataMegabytes is { } most ? Math.Max(0, most - (DataMegabytes ?? 0)) * 1_000_000L : null;

    /// <summary>Open when it was last looked at.</summary>
    public int? UsedConnections { get; set; }

    /// <summary>When it last answered.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public void Cordon() => Move(ServerState.Active, ServerState.Cordoned);

    public void Uncordon() => Move(ServerState.Cordoned, ServerState.Active);

    /// <summary>Gone, or about to be: nothing is placed on it or compared with it any more.</summary>
    public void Remove() => State = ServerState.Removed;

    /// <summary>Repeating a move is fine; coming from anywhere else is not.</summary>
    private void Move(ServerState from, ServerState to)
    {
        if (State != from && State != to)
        {
            throw Problem.InvalidState($"Server '{Name}'", State.ToString(), to.ToString());
        }

        State = to;
    }
}
