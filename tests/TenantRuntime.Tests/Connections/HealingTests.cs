using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Support;
using TenantRuntime.Routes;
using TenantRuntime.Tests.Serving;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Connections;

public sealed class HealingTests
{
    [Fact]
    public async Task Requests_after_a_restart_of_the_server_do_not_fail()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var controlPlane = await FakeControlPlane.StartAsync();
        var route = controlPlane.Publish(await CreateTenantAsync(cluster));
        await using var app = await ServedApp.StartAsync(
            controlPlane.Address,
            app =>
            {
                app.MapGet("/read", async (NotesDb db) => $"{await db.Notes.CountAsync()}");
                app.MapGet("/write", async (NotesDb db) =>
                {
                    db.Notes.Add(new NotesDb.Note { Text = "written" });
                    await db.SaveChangesAsync();
                });
            },
            services: services => services.AddTenantDbContext<NotesDb>());
        await app.SeesAsync(route.Revision);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.GetStringAsync("healed.localhost", "/read")));

        for (var turn = 0; turn < 3; turn++)
        {
            await cluster.StopAsync();
            var early = app.GetAsync("healed.localhost", "/write");
            await cluster.StartAgainAsync();
            if (cluster.Running.Port != route.Port)
            {
                route = controlPlane.Publish(route with { Port = cluster.Running.Port });
            }

            var late = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => app.GetAsync("healed.localhost", i % 2 == 0 ? "/read" : "/write")));
            late.Append(await early).ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        }

        (await app.GetStringAsync("healed.localhost", "/read")).ShouldBe("12");
    }

    [Fact]
    public async Task A_backend_that_is_ended_under_a_busy_tenant_fails_only_what_had_begun()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var controlPlane = await FakeControlPlane.StartAsync();
        var route = controlPlane.Publish(await CreateTenantAsync(cluster));
        await using var app = await ServedApp.StartAsync(
            controlPlane.Address,
            app => app.MapGet("/read", async (NotesDb db) => $"{await db.Notes.CountAsync()}"),
            services: services => services.AddTenantDbContext<NotesDb>());
        await app.SeesAsync(route.Revision);
        using var enough = new CancellationTokenSource();
        var failures = new ConcurrentBag<string>();
        var answered = new int[4];
        var clients = Enumerable.Range(0, answered.Length).Select(i => AskUntilAsync(i, enough.Token)).ToList();

        for (var i = 1; i <= 15; i++)
        {
            // Two answers each, so that no request meets the end of a second connection as well.
            var before = answered.ToArray();
            await Eventually.Async(
                () => answered.Zip(before).All(a => a.First >= a.Second + 2), TimeSpan.FromSeconds(60), "each client has two more answers");
            await ExecuteAsync(cluster.ConnectionString, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{route.Database}' AND state = 'idle' LIMIT 1");
        }

        await enough.CancelAsync();
        await Task.WhenAll(clients);
        failures.ShouldBeEmpty();

        async Task AskUntilAsync(int client, CancellationToken ct)
        {
            while (!ct.IsCancellationRequested)
            {
                using var answer = await app.GetAsync("healed.localhost", "/read");
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    failures.Add(await answer.Content.ReadAsStringAsync(CancellationToken.None));
                }

                Interlocked.Increment(ref answered[client]);
            }
        }
    }

    private static async Task<Route> CreateTenantAsync(TestCluster cluster)
    {
        var id = Guid.CreateVersion7();
        var name = $"t_{id:n}";
        var admin = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        await ExecuteAsync(admin.ConnectionString, $"CREATE ROLE {name} LOGIN PASSWORD '{name}'");
        await ExecuteAsync(admin.ConnectionString, $"CREATE DATABASE {name}");
        await ExecuteAsync(admin.ConnectionString, $"ALTER DATABASE {name} SET controlplane.tenant_id = '{id}'");
        admin.Database = name;
        await ExecuteAsync(admin.ConnectionString, $"{NotesDb.Schema}; GRANT ALL ON notes TO {name}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}");
        return new Route(
            id, "healed", [], RouteState.Active, "Starter", new TenantLimits(null, null, null, 5), Guid.CreateVersion7(), admin.Host!, admin.Port, name, name, 0);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
