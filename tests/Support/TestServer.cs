using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Local;

namespace Support;

/// <summary>
/// The PostgreSQL server all tests of one process share: <c>TEST_POSTGRES</c> (a superuser's connection string) when set, else
/// a throwaway cluster started on first use.
/// </summary>
public static class TestServer
{
    private static readonly Lazy<Task<string>> Started = new(StartAsync);

    /// <summary>The superuser's connection string, for database <c>postgres</c>.</summary>
    public static Task<string> ConnectionStringAsync() => Started.Value;

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("TEST_POSTGRES") is { Length: > 0 } given)
        {
            return given;
        }

        var cluster = await Clusters().StartAsync("shared", ClusterProfile.Throwaway(), CancellationToken.None);
        return cluster.ConnectionString;
    }

    internal static EmbeddedPostgres Clusters() =>
        new(new EmbeddedPostgresOptions { DataFolder = ThrowawayFolder.Path }, NullLogger<EmbeddedPostgres>.Instance);
}
