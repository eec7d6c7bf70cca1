using ControlPlane.Api;

namespace ControlPlane.Fleet;

/// <summary>Asks for work on many databases, one operation for all of them; see <see cref="FleetRequest"/> for the members.</summary>
public abstract record FleetCommand : Command<Accepted>
{
    public IReadOnlyList<string>? Tenants { get; init; }

    public string? Server { get; init; }

    public IReadOnlyList<int>? Rings { get; init; }

    public int? Parallel { get; init; }

    public int? PerServer { get; init; }

    public override string Subject() => "migrations";

    /// <summary>The run that is asked for; each command adds what it alone has.</summary>
    protected internal virtual FleetRequest Wanted() => new(Tenants, Server, Rings, Parallel: Parallel, PerServer: PerServer);
}
