using Provisioner.Hetzner.Actions;

namespace Provisioner.Hetzner;

/// <summary>What a create call gave. Note the ids before waiting for the actions, so that a crash finds them again.</summary>
/// <param name="Object">As it was at that moment.</param>
/// <param name="Actions">What must succeed before it can be used.</param>
/// <param name="Adopted">Whether an earlier attempt of ours had made it already.</param>
public sealed record Creation<T>(T Object, IReadOnlyList<HetznerAction> Actions, bool Adopted = false);
