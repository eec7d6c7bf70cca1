using Migrator.Databases;
using Npgsql;

namespace Migrator.Fleet;

/// <summary>One database of a fleet.</summary>
/// <param name="Name">What people and the journal call it; unique in the fleet.</param>
/// <param name="Database">How to get in.</param>
public sealed record FleetTarget(string Name, DatabaseTarget Database)
{
    private string? server;

    /// <summary>The physical server, whose parallelism is bounded; <c>host:port</c> of the connection string unless set.</summary>
    public string Server
    {
        get => server ??= new NpgsqlConnectionStringBuilder(Database.ConnectionString) is var settings ? $"{settings.Host}:{settings.Port}" : "";
        init => server = value;
    }

    /// <summary>Which group of the fleet it belongs to; null for none.</summary>
    public string? Ring { get; init; }

    /// <summary>Its size in bytes, where known.</summary>
    public long? Size { get; init; }

    /// <summary>Whether it goes first and must not fail.</summary>
    public bool Canary { get; init; }

    public override string ToString() => Name;
}
