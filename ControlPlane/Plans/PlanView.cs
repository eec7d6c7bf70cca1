using ControlPlane.Catalog;

namespace ControlPlane.Plans;

/// <summary>A plan as callers see it. Null limits are unlimited.</summary>
/// <param name="StorageMegabytes">In units of 10^6 bytes.</param>
/// <param name="Connections">Database connections one tenant may use at once.</param>
/// <param name="PriceCents">Per month, in hundredths of the currency.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record PlanView(
    string Name, string Title, int? Users, int? StorageMegabytes, int? RequestsPerHour, int Connections, int PriceCents, string Currency)
{
    internal static PlanView Of(Plan p) =>
        new(p.Name, p.Title, p.Users, p.StorageMegabytes, p.RequestsPerHour, p.Connections, p.PriceCents, p.Currency);
}
