namespace Provisioner.Hetzner.Actions;

/// <summary>Hetzner had accepted a request, and then failed to do it; the code and the words are those of the action.</summary>
public sealed class ActionFailedException(HetznerAction action)
    : HetznerException(
        action.Error?.Code ?? "action_failed",
        $"Hetzner could not finish {action.Command} (action {action.Id}) of {string.Join(", ", action.Resources.Select(r => $"{r.Type} {r.Id}"))}: {action.Error?.Message ?? "no reason was given"}. {HetznerWords.NextStep(action.Error?.Code ?? "action_failed")}")
{
    public HetznerAction Action { get; } = action;
}
