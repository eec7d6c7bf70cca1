using ControlPlane.Problems;

namespace ControlPlane.Catalog;

/// <summary>One PostgreSQL database for one tenant; its name on the server derives from its id.</summary>
public sealed class TenantDatabase
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid ServerId { get; init; }

    public Guid? TenantId { get; private set; }

    /// <summary>
    /// The tenant whose id was written into it when it was made; a warm one's is not in use until its first tenant gets it. Null:
    /// it was made without.
    /// </summary>
    public Guid? MadeFor { get; init; }

    /// <summary>Name of the database and of its login role.</summary>
    public required string Name { get; init; }

    public TenantDatabaseState State { get; private set; } = TenantDatabaseState.Creating;

    /// <summary>The login role's password, encrypted and bound to this row.</summary>
    public required string PasswordSecret { get; set; }

    /// <summary>Newest migration in it; null until it is whole.</summary>
    public string? SchemaVersion { get; set; }

    /// <summary>On disk, when it was last measured.</summary>
    public long? Bytes { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>A database on its way can already be meant for a tenant.</summary>
    public void ReserveFor(Guid tenant)
    {
        if (TenantId is { } other && other != tenant)
        {
            throw Problem.InvalidState($"Database '{Name}'", "taken by another tenant", "reserved");
        }

        Require(TenantDatabaseState.Assigned, TenantDatabaseState.Creating, TenantDatabaseState.Warm, TenantDatabaseState.Assigned);
        TenantId = tenant;
    }

    public void Complete(string schemaVersion)
    {
        Require(TenantDatabaseState.Warm, TenantDatabaseState.Creating, TenantDatabaseState.Warm);
        SchemaVersion = schemaVersion;
        State = TenantDatabaseState.Warm;
    }

    public void Assign()
    {
        Require(TenantDatabaseState.Assigned, TenantDatabaseState.Warm, TenantDatabaseState.Assigned);
        State = TenantDatabaseState.Assigned;
    }

    /// <summary>Its tenant has moved to another one.</summary>
    public void Retain()
    {
        Require(TenantDatabaseState.Retained, TenantDatabaseState.Assigned, TenantDatabaseState.Retained);
        State = TenantDatabaseState.Retained;
    }

    /// <summary>Its tenant has come back to it.</summary>
    public void TakeBack()
    {
        Require(TenantDatabaseState.Assigned, TenantDatabaseState.Retained, TenantDatabaseState.Assigned);
        State = TenantDatabaseState.Assigned;
    }

    /// <summary>No longer used; from here on what is on the server may be dropped at any time.</summary>
    public void BeginDrop()
    {
        if (State != TenantDatabaseState.Dropped)
        {
            State = TenantDatabaseState.Dropping;
        }
    }

    /// <summary>Nothing of it is left on the server.</summary>
    public void EndDrop()
    {
        Require(TenantDatabaseState.Dropped, TenantDatabaseState.Dropping, TenantDatabaseState.Dropped);
        State = TenantDatabaseState.Dropped;
        TenantId = null;
        PasswordSecret = "";
    }

    private void Require(TenantDatabaseState wanted, params ReadOnlySpan<TenantDatabaseState> allowed)
    {
        if (!allowed.Contains(State))
        {
            throw Problem.InvalidState($"Database '{Name}'", State.ToString(), wanted.ToString());
        }
    }
}
