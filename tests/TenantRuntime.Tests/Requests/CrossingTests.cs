using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;
using TenantRuntime.Tests.Serving;
using TenantRuntime.Tests.World;
using HostName = TenantRuntime.Hosts.HostName;

namespace TenantRuntime.Tests.Requests;

/// <summary>No request of one tenant ever sees another's data, whatever its host looks like and whatever runs beside it.</summary>
public sealed class CrossingTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task Ten_thousand_mixed_parallel_requests_never_cross()
    {
        var routes = new List<Route>();
        for (var i = 0; i < 10; i++)
        {
            var route = await world.AddTenantAsync($"mixed-{i}", NotesDb.Schema);
            await world.ExecuteAsync($"INSERT INTO notes (text) VALUES ('{route.Slug}')", route.Database);
            routes.Add(route);
        }

        await using var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            app =>
            {
                app.MapGet("/ef", async (NotesDb db, ITenant tenant) => $"{tenant.Slug} {await db.Notes.Select(n => n.Text).SingleAsync()}");
                app.MapGet("/raw", async (ITenant tenant, CancellationToken ct) =>
                {
                    await using var connection = await tenant.OpenConnectionAsync(ct);
                    await using var command = connection.CreateCommand("SELECT text FROM notes");
                    return $"{tenant.Slug} {await command.ExecuteScalarAsync(ct)}";
                });
                app.MapGet("/save", async (NotesDb db, ITenant tenant) =>
                {
                    await using var transaction = await db.Database.BeginTransactionAsync();
                    db.Notes.Add(new NotesDb.Note { Text = tenant.Slug });
                    await db.SaveChangesAsync();
                    var seen = await db.Notes.Select(n => n.Text).Distinct().SingleAsync();
                    await transaction.RollbackAsync();
                    return $"{tenant.Slug} {seen}";
                });
            },
            o => o.Connections.PerServer = 12,
            services => services.AddTenantDbContext<NotesDb>());
        await app.SeesAsync(routes[^1].Revision);
        string[] paths = ["/ef", "/raw", "/save"];

        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var slug = routes[(i * 31 % 97) % routes.Count].Slug;
            (await app.GetStringAsync($"{slug}.localhost", paths[i % 3])).ShouldBe($"{slug} {slug}");
        });
    }

    [Fact]
    public void A_million_generated_hosts_find_their_own_tenant_or_none()
    {
        var table = new RouteTable(TimeProvider.System);
        table.Load(new RouteSnapshot(1, [.. Enumerable.Range(0, 500).Select(i => Route($"t{i}", $"shop{i}.example"))]));
        var alphabet = Gen.Elements("t1.localhost t12.localhost t499.localhost t500.localhost shop7.example SHOP8.Example shop9.example. .localhost localhost : :80 :0 . .. - _ a 0 T2 é \u212A xn-- % \0 / @ , \t".Split(' '));
        var hosts = Gen.ArrayOf(alphabet).Select(string.Concat);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000_000).WithEndSize(5), Prop.ForAll(hosts.ToArbitrary(), host =>
        {
            var name = HostName.Parse(host, out _);
            var found = name.IsEmpty ? null : Find(table, name);
            return found is null || Exactly(found.Route, host);
        }));
    }

    private static ServedTenant? Find(RouteTable table, ReadOnlySpan<char> host) =>
        (host.EndsWith(".localhost") ? table.FindSlug(host[..^".localhost".Length]) : table.FindDomain(host)).Tenant;

    // Said in another way than the parser says it.
    private static bool Exactly(Route route, string host)
    {
        var name = host.Split(':')[0];
        return string.Equals(name, route.Slug + ".localhost", StringComparison.OrdinalIgnoreCase) || string.Equals(name, route.Domains[0], StringComparison.OrdinalIgnoreCase);
    }

    private static Route Route(string slug, string domain) => new(
        Guid.CreateVersion7(), slug, [domain], RouteState.Active, "Free", new TenantLimits(null, null, null, 1), Guid.Empty, "localhost", 5432, "t", "p", 1);
}
