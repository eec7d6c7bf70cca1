namespace Provisioner.Ssh;

/// <summary>Reads from the client's words why it could not log in; it says so nowhere else.</summary>
internal static class SshFailure
{
    public static ProvisioningException Of(SshTarget target, string words)
    {
        var last = words.Trim().Split('\n')[^1].Trim();
        return words switch
        {
            _ when words.Contains("Host key verification failed", StringComparison.Ordinal) => new HostKeyChangedException(target),
            // The host has no key of a pinned type, so none of its keys is the pinned one.
            _ when words.Contains("no matching host key type found", StringComparison.Ordinal) => new HostKeyChangedException(target),
            _ when words.Contains("Permission denied (", StringComparison.Ordinal) => new SshRefusedException(target, last),
            _ => new SshUnreachableException(target, last.Length > 0 ? last : "the connection was closed without a word"),
        };
    }
}
