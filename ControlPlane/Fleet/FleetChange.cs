namespace ControlPlane.Fleet;

/// <summary>Asks for work that changes databases, so it stops when too many of them fail and does not wait long for locks.</summary>
public abstract record FleetChange : FleetCommand
{
    public string? MaxFailures { get; init; }

    public int? LockTimeout { get; init; }

    protected internal override FleetRequest Wanted() => base.Wanted() with { MaxFailures = MaxFailures, LockTimeout = LockTimeout };
}
