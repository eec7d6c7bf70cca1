using Npgsql;

namespace Provisioner.Local;

/// <summary>A running cluster. It goes on running when this process ends; only <see cref="StopAsync"/> and <see cref="DeleteAsync"/> stop it.</summary>
public sealed class EmbeddedCluster
{
    private readonly ClusterHome home;
    private readonly string lockFile;

    internal EmbeddedCluster(ClusterHome home, string lockFile, ServerBinaries binaries, PostmasterFile server, string password)
    {
        this.home = home;
        this.lockFile = lockFile;
        Binaries = binaries;
        Port = server.Port;
        ProcessId = server.ProcessId;
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = ClusterFiles.Superuser,
            Password = password,
            Database = "postgres",
        }.ConnectionString;
    }

    public string Name => home.Name;

    /// <summary>Where the data really are.</summary>
    public string Folder => home.Folder;

    /// <summary>May differ from the last run's, when another program has taken that port.</summary>
    public int Port { get; }

    /// <summary>Of the postmaster.</summary>
    public int ProcessId { get; }

    public ServerBinaries Binaries { get; }

    /// <summary>The superuser's, for database <c>postgres</c>; secret.</summary>
    public string ConnectionString { get; }

    /// <summary>Ends all sessions and stops the server; the data stay.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        using var alone = await FileLock.TakeAsync(lockFile, ct);
        await StopServerAsync("fast", ct);
    }

    /// <summary>Stops the server and removes all its data.</summary>
    public async Task DeleteAsync(CancellationToken ct)
    {
        using var alone = await FileLock.TakeAsync(lockFile, ct);
        await StopServerAsync("immediate", ct);
        home.Remove(visible: Path.ChangeExtension(lockFile, null));
        File.Delete(lockFile);
    }

    private async Task StopServerAsync(string mode, CancellationToken ct)
    {
        if (await PostmasterFile.ReadAsync(home.Data, ct) is not null)
        {
            (await home.Account.Command(Binaries.Program("pg_ctl"), "-D", home.Data, "-s", "stop", "-w", "-t", "120", "-m", mode).RunAsync(ct))
                .OrThrow($"Cluster '{Name}' did not stop");
        }
    }
}
