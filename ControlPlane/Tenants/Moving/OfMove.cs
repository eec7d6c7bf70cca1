namespace ControlPlane.Tenants.Moving;

/// <summary>What operations about a move that has been made are asked for.</summary>
/// <param name="Move">Its id.</param>
public sealed record OfMove(Guid Move);
