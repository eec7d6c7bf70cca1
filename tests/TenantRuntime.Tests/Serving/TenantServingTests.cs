using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Serving;

public sealed class TenantServingTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task Each_host_is_served_from_its_own_database()
    {
        var acme = await world.AddTenantAsync("acme", NotesDb.Schema);
        var globex = await world.AddTenantAsync("globex", NotesDb.Schema, domains: ["crm.globex.example"]);
        await using var app = await StartAsync();
        await app.SeesAsync(globex.Revision);

        await app.GetStringAsync("acme.localhost", "/add/only-acme");

        (await app.GetStringAsync("acme.localhost", "/notes")).ShouldBe("only-acme");
        (await app.GetStringAsync("globex.localhost", "/notes")).ShouldBeEmpty();
        (await app.GetStringAsync("acme.localhost")).ShouldBe($"acme {acme.Database}");
        (await app.GetStringAsync("crm.globex.example")).ShouldBe($"globex {globex.Database}");
        (await app.GetStringAsync("ACME.LocalHost")).ShouldBe($"acme {acme.Database}");
    }

    [Fact]
    public async Task An_unknown_host_gets_a_404_page_and_no_tenant()
    {
        await world.AddTenantAsync("someone");
        await using var app = await StartAsync();
        await app.SeesAsync(1);

        foreach (var host in new[] { "nobody.localhost", "localhost", "x.someone.localhost", "someone.example" })
        {
            using var response = await app.GetAsync(host, accept: "text/html");

            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, host);
            (await response.Content.ReadAsStringAsync()).ShouldContain("Nobody lives here");
        }
    }

    [Fact]
    public async Task The_database_of_a_tenant_who_comes_later_is_warm_before_the_first_request()
    {
        await using var app = await StartAsync();
        await app.SeesAsync((await world.AddTenantAsync("earlier")).Revision);

        var newcomer = await world.AddTenantAsync("newcomer");

        await Eventually.Async(
            async () => await world.ScalarAsync<long>($"select count(*) from pg_stat_activity where datname = '{newcomer.Database}' and usename = '{newcomer.Database}'") == 1,
            TimeSpan.FromSeconds(20),
            "a connection is there");
    }

    [Fact]
    public async Task Suspension_and_resumption_arrive_while_running()
    {
        var route = await world.AddTenantAsync("late-payer");
        await using var app = await StartAsync();

        await app.SeesAsync(world.ControlPlane.Publish(route with { State = RouteState.Suspended }).Revision);
        using var suspended = await app.GetAsync("late-payer.localhost", accept: "application/json");
        await app.SeesAsync(world.ControlPlane.Publish(route).Revision);
        using var resumed = await app.GetAsync("late-payer.localhost");

        suspended.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        suspended.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await suspended.Content.ReadAsStringAsync()).ShouldContain("tenant_suspended");
        resumed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_removed_tenant_is_unknown_from_then_on()
    {
        var route = await world.AddTenantAsync("leaver");
        await using var app = await StartAsync();
        await app.SeesAsync(route.Revision);

        world.ControlPlane.Remove(route.TenantId);
        await app.SeesAsync(world.ControlPlane.Revision);

        (await app.GetAsync("leaver.localhost")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_database_that_belongs_to_another_tenant_is_never_read()
    {
        var route = await world.AddTenantAsync("mixed-up", NotesDb.Schema);
        await world.ExecuteAsync($"ALTER DATABASE {route.Database} SET controlplane.tenant_id = '{Guid.CreateVersion7()}'");
        await using var app = await StartAsync();
        await app.SeesAsync(route.Revision);

        using var response = await app.GetAsync("mixed-up.localhost", "/notes");

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await response.Content.ReadAsStringAsync()).ShouldContain(nameof(WrongDatabaseException));
    }

    [Fact]
    public async Task Outside_a_request_the_context_explains_why_it_cannot_be_had()
    {
        await using var app = await StartAsync();
        await using var scope = app.Services.CreateAsyncScope();

        Should.Throw<NoTenantException>(() => scope.ServiceProvider.GetRequiredService<NotesDb>()).Message.ShouldContain("RunForEachTenantAsync");
    }

    [Fact]
    public async Task A_context_kept_beyond_its_request_reads_nothing()
    {
        var route = await world.AddTenantAsync("keeper", NotesDb.Schema);
        NotesDb? kept = null;
        await using var app = await StartAsync(app => app.MapGet("/keep", (NotesDb db) => { kept = db; }));
        await app.SeesAsync(route.Revision);
        await app.GetStringAsync("keeper.localhost", "/keep");

        await Should.ThrowAsync<Exception>(() => kept!.Notes.ToListAsync());
    }

    [Fact]
    public async Task Readiness_names_versions_and_routes()
    {
        await world.AddTenantAsync("ready");
        await using var app = await StartAsync();
        await app.SeesAsync(1);

        using var response = await app.GetAsync("10.1.2.3:8080", "/health/ready");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = await response.Content.ReadAsStringAsync();
        body.ShouldContain("\"status\":\"ready\"");
        body.ShouldContain("\"schema\":");
        body.ShouldContain("\"controlPlane\":\"connected\"");
    }

    private Task<ServedApp> StartAsync(Action<WebApplication>? more = null) => ServedApp.StartAsync(
        world.ControlPlane.Address,
        app =>
        {
            app.MapGet("/", (ITenant tenant) => $"{tenant.Slug} {tenant.Database}");
            app.MapGet("/notes", async (NotesDb db) => string.Join(',', await db.Notes.Select(n => n.Text).ToListAsync()));
            app.MapGet("/add/{text}", async (string text, NotesDb db) =>
            {
                db.Notes.Add(new NotesDb.Note { Text = text });
                await db.SaveChangesAsync();
            });
            more?.Invoke(app);
        },
        services: services => services.AddTenantDbContext<NotesDb>());
}
