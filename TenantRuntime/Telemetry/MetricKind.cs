namespace TenantRuntime.Telemetry;

/// <summary>How measurements of an instrument combine.</summary>
internal enum MetricKind
{
    /// <summary>Measurements add up and only grow.</summary>
    Counter,

    /// <summary>Each measurement is the total so far.</summary>
    ObservedCounter,

    /// <summary>Measurements add up and may shrink.</summary>
    UpDown,

    /// <summary>The last measurement counts.</summary>
    Gauge,

    Histogram,
}
