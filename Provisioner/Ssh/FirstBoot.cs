using System.Text.Json;

namespace Provisioner.Ssh;

/// <summary>The work that cloud-init does on a new server before anybody else may.</summary>
public static class FirstBoot
{
    /// <summary>With all updates of an old image on a slow mirror.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private const string Log = "/var/log/cloud-init-output.log";

    /// <summary>Waits until cloud-init is through.</summary>
    /// <param name="onLine">Called with each line that it writes from now on.</param>
    /// <exception cref="ProvisioningException"><c>first_boot_failed</c>, with cloud-init's words.</exception>
    /// <exception cref="SshUnreachableException">Transient.</exception>
    public static async Task WaitForFirstBootAsync(this SshConnection connection, CancellationToken ct, Action<string>? onLine = null)
    {
        // The log is followed for as long as the waiting lasts, to its last line; what waits writes its own dots and result elsewhere.
        const string Wait =
            """
            touch "$1"
            cloud-init status --wait --format json &
            tail --lines=+1 --follow --sleep-interval=0.1 --pid=$! "$1" >&2
            """;
        var waited = await connection.RunAsync(new RemoteCommand("sh", "-c", Wait, "sh", Log) { AsRoot = true, Limit = Limit }, ct, onLine);
        var json = waited.Output.IndexOf('{', StringComparison.Ordinal);
        if (json < 0)
        {
            throw Failed(connection.Target, "cloud-init does not answer", waited);
        }

        using var status = JsonDocument.Parse(waited.Output[json..]);
        var state = status.RootElement.GetProperty("status").GetString();
        if (state is not "done")
        {
            var errors = status.RootElement.TryGetProperty("errors", out var found) ? string.Join("; ", found.EnumerateArray().Select(e => e.GetString())) : "";
            throw Failed(connection.Target, $"cloud-init ended with '{state}' {errors}", waited);
        }
    }

    private static ProvisioningException Failed(SshTarget target, string why, RemoteResult waited) =>
        new("first_boot_failed", $"The first boot of {target.Alias} failed: {why.TrimEnd()}. Correct the user data and create the server anew. {Log} ends with: {RemoteResult.LastLinesOf(waited.Error)}");
}
