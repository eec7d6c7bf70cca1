using System.Net;
using EndToEnd.World;
using Xunit.Abstractions;

namespace EndToEnd.Moves;

/// <summary>Several customers move there and back, and in half of the moves something dies at a random moment.</summary>
public sealed class MoveFaultTests(ITestOutputHelper output)
{
    private const int MostTenants = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Whatever_dies_in_a_move_every_row_is_there_once_and_nothing_is_left_over()
    {
        output.WriteLine($"seed {Chaos.Seed}, {Chaos.Moves} moves");
        var tenants = Math.Clamp(Chaos.Moves / 2, 1, MostTenants);
        await using var field = await Battlefield.StartAsync(output);
        var slugs = Enumerable.Range(0, tenants).Select(i => $"wanderer-{i}").ToList();
        foreach (var slug in slugs)
        {
            await field.System.DoneAsync((await field.System.AskAsync(slug, "enterprise")).Expect(202).Operation);
            await field.Crm.AnswersAsync(slug, HttpStatusCode.OK, Limit);
        }

        var wanderers = slugs.Select((slug, i) => new Wanderer(field, slug, new Random(Chaos.Seed + i))).ToList();
        try
        {
            await Task.WhenAll(wanderers.Select(w => field.TellAsync(w.WanderAsync((Chaos.Moves + tenants - 1) / tenants))));
            await Task.WhenAll(wanderers.Select(w => w.CheckAsync()));
            output.WriteLine($"{wanderers.Sum(w => w.Written)} rows were written, {wanderers.Sum(w => w.Failures)} requests failed");
        }
        finally
        {
            foreach (var wanderer in wanderers)
            {
                await wanderer.DisposeAsync();
            }
        }

        await field.System.UntilCleanAsync(Limit);
    }
}
