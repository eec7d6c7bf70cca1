using System.Diagnostics;
using Npgsql;
using Provisioner.Local;

namespace Support;

/// <summary>A cluster of its own, for tests that stop or kill PostgreSQL or look at how it is set up. Removed at the end.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly string name;
    private readonly ClusterProfile profile;

    private TestCluster(string name, ClusterProfile profile, EmbeddedCluster running)
    {
        this.name = name;
        this.profile = profile;
        Running = running;
    }

    /// <summary>As of the last start; the port may change from start to start.</summary>
    public EmbeddedCluster Running { get; private set; }

    /// <summary>The superuser's, for database <c>postgres</c>.</summary>
    public string ConnectionString => Running.ConnectionString;

    public static async Task<TestCluster> StartAsync(ClusterProfile? profile = null)
    {
        var cluster = $"c{Guid.CreateVersion7():N}";
        profile ??= ClusterProfile.Throwaway();
        return new TestCluster(cluster, profile, await TestServer.Clusters().StartAsync(cluster, profile, CancellationToken.None));
    }

    public Task StopAsync() => Running.StopAsync(CancellationToken.None);

    /// <summary>SIGKILL to the postmaster, as the kernel does when memory runs out.</summary>
    public async Task KillAsync()
    {
        using var postmaster = Process.GetProcessById(Running.ProcessId);
        postmaster.Kill();
        await postmaster.WaitForExitAsync();
    }

    /// <summary>What it complained about.</summary>
    public IReadOnlyList<string> Errors() =>
        [.. File.ReadLines(Path.Combine(ThrowawayFolder.Path, name, "server.log")).Where(line => line.Contains("ERROR:", StringComparison.Ordinal) || line.Contains("FATAL:", StringComparison.Ordinal))];

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync() =>
        Running = await TestServer.Clusters().StartAsync(name, profile, CancellationToken.None);

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using var pooled = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(pooled);
        await Running.DeleteAsync(CancellationToken.None);
    }
}
