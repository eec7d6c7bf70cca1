using ControlPlane.Problems;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Catalog;

/// <summary>A machine that the control plane has made itself. Once it is ready it is the server of the same id.</summary>
public sealed class Machine
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Derived from the id; also its host name and its name at the provider.</summary>
    public required string Name { get; init; }

    public required Tier Tier { get; init; }

    public MachineState State { get; private set; } = MachineState.Ordered;

    /// <summary>Whom it is for; null while it waits for somebody.</summary>
    public Guid? TenantId { get; set; }

    /// <summary>What may be bought, the first choice first: <c>cx23@fsn1</c>.</summary>
    public required string[] Choices { get; init; }

    public long? CloudId { get; private set; }

    public string? ServerType { get; private set; }

    public string? Location { get; private set; }

    public string? Address { get; private set; }

    /// <summary>Without VAT; an hour is paid by the hour, up to the price of a month.</summary>
    public decimal? PriceMonthly { get; private set; }

    public decimal? PriceHourly { get; private set; }

    public string? Currency { get; private set; }

    /// <summary>Public keys that it may show; two only while one replaces the other.</summary>
    public string[] HostKeys { get; set; } = [];

    /// <summary>Private half of the key for its first boot, encrypted; empty once that is replaced.</summary>
    public string HostKeySecret { get; set; } = "";

    /// <summary>Password of the control plane's role in its PostgreSQL, encrypted.</summary>
    public required string DatabaseSecret { get; init; }

    public required Guid RuntimeKeyId { get; init; }

    /// <summary>API key of the application on it, encrypted.</summary>
    public required string RuntimeKeySecret { get; init; }

    /// <summary>Of its host name's certificate, when it was last configured.</summary>
    public int? CertificateRevision { get; set; }

    /// <summary>Addresses of the servers that it lets in to its database, when it was last told.</summary>
    public string[] Peers { get; set; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    public static string NameOf(Guid id, Tier tier) => $"{CatalogConventions.Snake(tier.ToString())}-{id.ToString("N")[^10..]}";

    public void Bought(long? cloudId, ServerChoice choice, string address, MachinePrice? price)
    {
        Require(MachineState.Ordered, MachineState.Ordered, MachineState.Ready);
        (CloudId, ServerType, Location, Address) = (cloudId, choice.ServerType, choice.Location, address);
        (PriceMonthly, PriceHourly, Currency) = (price?.Monthly, price?.Hourly, price?.Currency);
    }

    public void Complete() => State = Require(MachineState.Ready, MachineState.Ordered, MachineState.Ready);

    public void BeginRemoval()
    {
        if (State != MachineState.Removed)
        {
            State = MachineState.Removing;
        }
    }

    public void EndRemoval()
    {
        State = Require(MachineState.Removed, MachineState.Removing, MachineState.Removed);
        HostKeySecret = "";
        TenantId = null;
    }

    private MachineState Require(MachineState wanted, params ReadOnlySpan<MachineState> allowed) =>
        allowed.Contains(State) ? wanted : throw Problem.InvalidState($"Machine '{Name}'", State.ToString(), wanted.ToString());
}
