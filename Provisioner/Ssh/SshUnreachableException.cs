namespace Provisioner.Ssh;

/// <summary>A host did not answer, or the connection was lost. It may get better: try again.</summary>
public sealed class SshUnreachableException(SshTarget target, string words)
    : ProvisioningException("ssh_unreachable", $"{target} cannot be reached by SSH: {words}. If it stays so, look at the server's console and firewall.");
