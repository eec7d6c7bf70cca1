using System.Net;
using EndToEnd.World;
using Npgsql;
using Support;

namespace EndToEnd.Customers;

[Collection(CustomerWorld.Name)]
public sealed class TenantLifeTests(CustomerWorld world)
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly LiveSystem system = world.System;
    private readonly Crm crm = world.Crm;

    [Fact]
    public async Task A_suspended_tenant_is_shut_out_within_two_seconds_and_its_neighbour_is_not()
    {
        await OpenAsync("suspended", "neighbour");

        (await system.Api.PostAsync("/v1/tenants/suspended/suspend", new { })).Expect(204);
        await crm.AnswersAsync("suspended", HttpStatusCode.Forbidden, Promptly);
        await crm.AnswersAsync("neighbour", HttpStatusCode.OK, Promptly);

        (await system.Api.PostAsync("/v1/tenants/suspended/resume", new { })).Expect(204);
        await crm.AnswersAsync("suspended", HttpStatusCode.OK, Promptly);
        await system.UntilCleanAsync(Soon);
    }

    [Fact]
    public async Task A_deleted_tenant_leaves_nothing_when_its_grace_time_ends()
    {
        await OpenAsync("deleted");
        await crm.AddContactAsync("deleted", "Somebody");

        await system.DoneAsync((await system.Api.DeleteAsync("/v1/tenants/deleted?graceHours=0")).Expect(202).Operation);
        await crm.AnswersAsync("deleted", HttpStatusCode.NotFound, Promptly);
        await Eventually.Async(
            async () => (await system.Api.GetAsync("/v1/tenants/deleted")).Text.Contains("\"purged\"", StringComparison.Ordinal),
            Soon,
            "the tenant is purged");
        await system.UntilCleanAsync(Soon);

        await OpenAsync("deleted");
        (await crm.ContactsAsync("deleted")).ShouldNotContain("Somebody");
    }

    [Fact]
    public async Task A_restore_from_the_last_dump_brings_its_rows_back_and_only_those()
    {
        await OpenAsync("restored");
        await crm.AddContactAsync("restored", "Kept Contact");
        var database = await DatabaseAsync("restored");
        await system.DoneAsync((await system.Api.DeleteAsync("/v1/tenants/restored")).Expect(202).Operation);
        await crm.AnswersAsync("restored", HttpStatusCode.NotFound, Promptly);
        await system.UntilCleanAsync(Soon);

        await system.DoneAsync((await system.Api.PostAsync("/v1/tenants/restored/restore", new { fromDump = true })).Expect(202).Operation);

        await crm.AnswersAsync("restored", HttpStatusCode.OK, Promptly);
        (await crm.ContactsAsync("restored")).ShouldContain("Kept Contact");
        (await DatabaseAsync("restored")).ShouldNotBe(database);
        await system.UntilCleanAsync(Soon);
    }

    [Fact]
    public async Task A_tenant_cannot_be_deleted_while_it_is_made()
    {
        await using var held = await HoldPlacementAsync();
        var made = (await system.AskAsync("impatient")).Expect(202);

        var refused = (await system.Api.DeleteAsync("/v1/tenants/impatient")).Expect(409);

        refused.Code.ShouldBe("operation_in_progress");
        ((string?)refused.Body["operation"]).ShouldBe($"{made.Operation}");
        ((string?)refused.Body["remedy"]).ShouldNotBeNull().ShouldContain($"{made.Operation}");
        await held.DisposeAsync();
        await system.DoneAsync(made.Operation);
        await crm.AnswersAsync("impatient", HttpStatusCode.OK, Soon);
    }

    private async Task OpenAsync(params string[] slugs)
    {
        foreach (var slug in slugs)
        {
            await system.OnboardAsync(slug);
            await crm.AnswersAsync(slug, HttpStatusCode.OK, Promptly);
        }
    }

    /// <summary>No database is placed on any server until it is disposed.</summary>
    private async Task<NpgsqlConnection> HoldPlacementAsync()
    {
        var connection = await system.OpenCatalogAsync();
        await using var command = new NpgsqlCommand("begin; select from servers for update", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private Task<string> DatabaseAsync(string slug) =>
        system.ScalarAsync<string>($"select d.name from tenants t join tenant_databases d on d.id = t.database_id where t.slug = '{slug}'");
}
