namespace Provisioner.Ssh;

/// <summary>The right host answered and did not let us in.</summary>
public sealed class SshRefusedException(SshTarget target, string words)
    : ProvisioningException("ssh_refused", $"{target} did not accept our key: {words}. Check that the user exists there and that its authorized_keys hold our public key.");
