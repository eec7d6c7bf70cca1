using System.Data;
using System.Diagnostics;
using Npgsql;

namespace Support;

/// <summary>
/// Compares what the catalog says, what PostgreSQL really holds and what operations left behind, and names every orphan,
/// duplicate and gap in words. It knows the catalog's tables and the marks on databases and roles, but shares no code with
/// the product: an error there cannot hide itself here.
/// </summary>
public static class Oracle
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Looks once. While work goes on, what is on its way is named too.</summary>
    /// <param name="catalog">Connection string of the catalog.</param>
    /// <param name="servers">A superuser's connection string of every server, by its name in the catalog.</param>
    /// <param name="dumps">Folder of the last dumps; null when there is none.</param>
    /// <returns>One sentence for each fault; none when everything fits.</returns>
    public static async Task<IReadOnlyList<string>> LookAsync(
        string catalog, IReadOnlyDictionary<string, string> servers, string? dumps = null)
    {
        await using var connection = await OpenAsync(catalog);
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        var faults = new List<string>();
        foreach (var question in CatalogQuestions.All)
        {
            faults.AddRange(await connection.ReadAsync(question, row => row.GetString(0)));
        }

        var catalogSide = await CatalogPicture.ReadAsync(connection);
        foreach (var server in catalogSide.Servers)
        {
            if (servers.TryGetValue(server.Name, out var admin))
            {
                await using var there = await OpenAsync(admin);
                faults.AddRange(new ServerCheck(server, catalogSide, await ServerPicture.ReadAsync(there)).Faults());
            }
            else
            {
                faults.Add($"server {server.Name} is in the catalog, but its connection string was not given: nobody looked");
            }
        }

        if (dumps is not null)
        {
            faults.AddRange(DumpCheck.Faults(catalogSide, dumps));
        }

        return faults;
    }

    /// <summary>Looks until nothing is wrong any more; fails with everything that still is when the limit has passed.</summary>
    public static async Task UntilCleanAsync(
        string catalog, IReadOnlyDictionary<string, string> servers, TimeSpan limit, string? dumps = null)
    {
        var waited = Stopwatch.StartNew();
        while (await LookAsync(catalog, servers, dumps) is { Count: > 0 } faults)
        {
            if (waited.Elapsed > limit)
            {
                throw new TimeoutException($"After {limit.TotalSeconds:0} s the oracle still finds:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Not pooled: servers are restarted and databases dropped around us.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
