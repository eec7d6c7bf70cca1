namespace Provisioner.Hetzner.Actions;

/// <summary>Work that Hetzner does after it has answered. Its status says how it went, not whether <see cref="Error"/> is there.</summary>
/// <param name="Command"><c>create_server</c>, <c>start_server</c>, …</param>
/// <param name="Progress">Percent.</param>
public sealed record HetznerAction(long Id, string Command, string Status, int Progress, HetznerActionError? Error, IReadOnlyList<HetznerActionResource> Resources)
{
    public const string Running = "running";

    public const string Success = "success";

    public bool IsRunning => Status == Running;

    public bool HasSucceeded => Status == Success;
}
