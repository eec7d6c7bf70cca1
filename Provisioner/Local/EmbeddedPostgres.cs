using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Provisioner.Local;

/// <summary>PostgreSQL clusters on this machine, made from installed programs, kept under one folder, listening on loopback only.</summary>
public sealed partial class EmbeddedPostgres(EmbeddedPostgresOptions options, ILogger<EmbeddedPostgres> log)
{
    /// <summary>
    /// The cluster of that name: adopted when it runs, started when it does not, made when it is new. Safe after any crash of
    /// the server, of an earlier starter or of the machine, and when several processes start the same cluster at once.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// <c>no_server_binaries</c>, <c>no_server_account</c>, <c>cluster_folder_closed</c>, <c>cluster_folder_gone</c> or <c>cluster_start_failed</c>.
    /// </exception>
    public async Task<EmbeddedCluster> StartAsync(string name, ClusterProfile profile, CancellationToken ct)
    {
        if (!ClusterName().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' is no cluster name: lower-case letters, digits and dashes, first a letter.", nameof(name));
        }

        try
        {
            return await StartAloneAsync(name, profile, ct);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ProvisioningException("cluster_folder_closed", $"Cluster '{name}' in {options.DataFolder} belongs to another user: {e.Message} Start as that user, or use another folder.", e);
        }
    }

    private async Task<EmbeddedCluster> StartAloneAsync(string name, ClusterProfile profile, CancellationToken ct)
    {
        var visible = Path.Combine(Path.GetFullPath(options.DataFolder), name);
        Directory.CreateDirectory(options.DataFolder);
        var lockFile = visible + ".lock";
        using var alone = await FileLock.TakeAsync(lockFile, ct);

        var home = await ClusterHome.LocateAsync(visible, log, ct);
        var binaries = await ClusterData.ChooseBinariesAsync(home, options, log, ct);
        await ClusterData.InitialiseAsync(home, binaries, profile, ct);
        var server = await new ClusterStarter(home, binaries, profile).StartOrAdoptAsync(ct);
        return new EmbeddedCluster(home, lockFile, binaries, server, await File.ReadAllTextAsync(home.PasswordFile, ct));
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClusterName();
}
