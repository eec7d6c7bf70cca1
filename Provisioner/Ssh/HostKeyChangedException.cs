namespace Provisioner.Ssh;

/// <summary>Another host answers at this address, or the host was set up anew. Nothing was sent to it; it never gets better by itself.</summary>
public sealed class HostKeyChangedException(SshTarget target)
    : ProvisioningException("host_key_changed", $"{target} shows another host key than the pinned one ({string.Join(", ", target.HostKeys)}). Somebody may be in between, or the address belongs to another server now. Find out which before you do anything on it.");
