using Npgsql;
using Support;

namespace EndToEnd.Moves;

/// <summary>A tenant that moves there and back again, while its people write and read.</summary>
internal sealed class Wanderer(Battlefield field, string slug, Random random) : IAsyncDisposable
{
    private const string Server = "select s.name from tenants t join tenant_databases d on d.id = t.database_id join servers s on s.id = d.server_id where t.slug = ";
    private const string IsSoaking = "select exists (select from moves m join tenants t on t.id = m.tenant_id where m.state = 'soaking' and t.slug = ";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(80);

    private readonly Traffic traffic = new(field.Crm, slug, writers: 1, readers: 1, Pace);

    /// <summary>Rows that the application said it has stored.</summary>
    public int Written => traffic.Written.Count;

    public int Failures => traffic.Failures.Count;

    /// <summary>Moves so often, going back included, and leaves no way back open.</summary>
    public async Task WanderAsync(int moves)
    {
        for (var left = moves; left > 0 || await field.AskAsync<bool>($"{IsSoaking}'{slug}')");)
        {
            var whim = Whim.Of(random);
            var act = !await field.AskAsync<bool>($"{IsSoaking}'{slug}')") ? "move" : left > 0 && whim.GoesBack ? "move-back" : "move-end";
            await ActAsync(act, whim);
            left -= act == "move-end" ? 0 : 1;
        }
    }

    /// <summary>Its people are served, and every row that they were told is stored is there, once, and none of anybody else.</summary>
    public async Task CheckAsync()
    {
        var before = Written;
        await Eventually.Async(() => Written > before, Limit, $"{slug} is served again; it was told: {traffic.Failures.FirstOrDefault()}");
        await traffic.StopAsync();
        var rows = await RowsAsync();
        traffic.Written.Except(rows, StringComparer.Ordinal).ShouldBeEmpty($"rows of {slug} are lost");
        rows.GroupBy(r => r, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty($"rows of {slug} are there more than once");
        rows.Where(r => !r.StartsWith($"writer 0 of {slug} row ", StringComparison.Ordinal)).ShouldBeEmpty($"others' rows are in the database of {slug}");
    }

    public ValueTask DisposeAsync() => traffic.DisposeAsync();

    private async Task ActAsync(string act, Whim whim)
    {
        var server = await field.AskAsync<string>($"{Server}'{slug}'");
        var answer = await field.System.Api.PostUntilAnsweredAsync($"/v1/tenants/{slug}/{act}", act == "move" ? new { server = Battlefield.Other(server) } : new { });
        var operation = answer.Expect(202).Operation;
        var what = $"{act} of {slug} from {server}";
        await Task.WhenAll(
            field.EndAsync(operation, what),
            whim.Blow is null ? Task.CompletedTask : field.StrikeAsync(whim, operation, server, what));
    }

    private async Task<IReadOnlyList<string>> RowsAsync()
    {
        var cluster = field.Cluster(await field.AskAsync<string>($"{Server}'{slug}'"));
        var database = await field.AskAsync<string>($"select d.name from tenants t join tenant_databases d on d.id = t.database_id where t.slug = '{slug}'");
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select coalesce(array_agg(name), '{}') from contacts where name like 'writer %'", connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }
}
