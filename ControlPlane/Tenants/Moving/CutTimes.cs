using NpgsqlTypes;

namespace ControlPlane.Tenants.Moving;

/// <param name="Blocked">Since nobody could write.</param>
/// <param name="Held">Since requests were asked to wait.</param>
/// <param name="WayBack">Where the way back begins in the new place's log; null where there is none.</param>
public sealed record CutTimes(TimeSpan Blocked, TimeSpan Held, NpgsqlLogSequenceNumber? WayBack);
