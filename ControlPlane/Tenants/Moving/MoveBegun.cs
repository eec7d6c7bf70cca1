using ControlPlane.Api;

namespace ControlPlane.Tenants.Moving;

/// <summary>A move has begun, and what to expect of it: by what the catalog knows, without a look at the databases.</summary>
/// <param name="ExpectedSeconds">Until the tenant lives in the new place, a machine for it included.</param>
/// <param name="ExpectedHoldMilliseconds">Of that: how long its requests wait. By a dump: how long people see a page instead.</param>
public sealed record MoveBegun(Guid Operation, double ExpectedSeconds, double ExpectedHoldMilliseconds) : Accepted(Operation);
