namespace Provisioner.Tests.Ansible;

/// <summary>The shared machine, on which the tests of one class may release what they like; afterwards it is as if there had never been a release.</summary>
public sealed class ServerWithReleases(ConfiguredServer configured) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (configured.Server.Hosts is not null)
        {
            await configured.ShellAsync("systemctl disable --now --quiet app@blue app@green; rm -rf /opt/app/* /etc/controlplane/app-*; mkdir -m 750 /opt/app/releases; chgrp app /opt/app/releases");
            await configured.RunAsync(tags: ["app", "nginx"]);
        }
    }
}
