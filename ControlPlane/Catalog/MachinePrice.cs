namespace ControlPlane.Catalog;

/// <summary>What a machine with its address costs, without VAT.</summary>
/// <param name="Hourly">Paid for each hour begun, up to <paramref name="Monthly"/>.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record MachinePrice(decimal Monthly, decimal Hourly, string Currency)
{
    public override string ToString() => FormattableString.Invariant($"{Monthly:0.00} {Currency} a month");
}
