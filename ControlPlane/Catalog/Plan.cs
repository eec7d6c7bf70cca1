namespace ControlPlane.Catalog;

/// <summary>What a tenant may use and what it pays. Null limits are unlimited.</summary>
public sealed class Plan
{
    public required string Name { get; init; }

    public required string Title { get; set; }

    public int? Users { get; set; }

    /// <summary>In units of 10^6 bytes.</summary>
    public int? StorageMegabytes { get; set; }

    public int? RequestsPerHour { get; set; }

    /// <summary>Database connections one tenant may use at once.</summary>
    public required int Connections { get; set; }

    /// <summary>Per month, in hundredths of <see cref="Currency"/>.</summary>
    public required int PriceCents { get; set; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; set; }
}
