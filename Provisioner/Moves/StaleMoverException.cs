namespace Provisioner.Moves;

/// <summary>Another worker has taken the move over; this one must stop. Nothing was changed.</summary>
public sealed class StaleMoverException(Exception inner) : ProvisioningException("stale_mover", "Another worker has taken this move over.", inner);
