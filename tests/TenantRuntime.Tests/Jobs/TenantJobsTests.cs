using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using TenantRuntime.Routes;
using TenantRuntime.Tests.Serving;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Jobs;

public sealed class TenantJobsTests(TenantWorld world) : IClassFixture<TenantWorld>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("files-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_job_runs_once_for_each_active_tenant_in_its_own_database()
    {
        await using var app = await StartAsync("job-a", "job-b", "job-c");
        var suspended = await world.AddTenantAsync("job-suspended");
        await app.SeesAsync(world.ControlPlane.Publish(suspended with { State = RouteState.Suspended }).Revision);
        var jobs = app.Services.GetRequiredService<TenantJobs>();

        await jobs.RunForEachTenantAsync(AddOwnSlugAsync, parallelism: 2, CancellationToken.None);

        (await app.GetStringAsync("job-a.localhost")).ShouldBe("job-a");
        (await app.GetStringAsync("job-c.localhost")).ShouldBe("job-c");
    }

    [Fact]
    public async Task One_tenants_failure_is_named_and_keeps_nobody_else_from_running()
    {
        await using var app = await StartAsync("fails", "works");
        var jobs = app.Services.GetRequiredService<TenantJobs>();

        var error = await Should.ThrowAsync<AggregateException>(() => jobs.RunForEachTenantAsync(
            (tenant, services, ct) => tenant.Slug == "fails" ? throw new InvalidDataException("bad") : AddOwnSlugAsync(tenant, services, ct),
            parallelism: 1,
            CancellationToken.None));

        error.InnerExceptions.ShouldContain(e => e.Message.Contains("fails"));
        (await app.GetStringAsync("works.localhost")).ShouldBe("works");
    }

    [Fact]
    public async Task Cache_entries_and_files_of_two_tenants_never_meet()
    {
        await using var app = await StartAsync("cache-a", "cache-b");
        var jobs = app.Services.GetRequiredService<TenantJobs>();
        var seen = new Dictionary<string, string>();

        await jobs.RunForEachTenantAsync(
            async (tenant, services, ct) =>
            {
                var made = await services.GetRequiredService<TenantCache>().GetOrCreateAsync(
                    "greeting", _ => Task.FromResult(System.Text.Encoding.UTF8.GetBytes(tenant.Slug)), new DistributedCacheEntryOptions(), ct);
                var file = services.GetRequiredService<TenantFiles>().PathOf("greetings/hello.txt");
                File.Exists(file).ShouldBeFalse();
                await File.WriteAllBytesAsync(file, made, ct);
                seen.Add(tenant.Slug, await File.ReadAllTextAsync(file, ct));
            },
            parallelism: 1,
            CancellationToken.None);

        seen["cache-a"].ShouldBe("cache-a");
        seen["cache-b"].ShouldBe("cache-b");
    }

    [Theory]
    [InlineData("../escaped.txt")]
    [InlineData("a/../../escaped.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("link/escaped.txt")]
    public async Task No_path_leads_out_of_a_tenants_folder(string path)
    {
        await using var app = await StartAsync("walled");
        await app.Services.GetRequiredService<TenantJobs>().RunForEachTenantAsync(
            (_, services, _) =>
            {
                var files = services.GetRequiredService<TenantFiles>();
                var link = Path.Combine(files.Folder, "link");
                if (!Directory.Exists(link))
                {
                    Directory.CreateSymbolicLink(link, Path.GetTempPath());
                }

                Should.Throw<ArgumentException>(() => files.PathOf(path));
                return Task.CompletedTask;
            },
            parallelism: 1,
            CancellationToken.None);
    }

    private static async Task AddOwnSlugAsync(ITenant tenant, IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<NotesDb>();
        db.Notes.Add(new NotesDb.Note { Text = tenant.Slug });
        await db.SaveChangesAsync(ct);
    }

    private async Task<ServedApp> StartAsync(params string[] slugs)
    {
        foreach (var gone in world.ControlPlane.TenantIds)
        {
            world.ControlPlane.Remove(gone);
        }

        foreach (var slug in slugs)
        {
            await world.AddTenantAsync(slug, NotesDb.Schema);
        }

        var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            app => app.MapGet("/", async (NotesDb db) => string.Join(',', await db.Notes.Select(n => n.Text).ToListAsync())),
            o => o.FilesPath = folder,
            services => services.AddTenantDbContext<NotesDb>().AddDistributedMemoryCache());
        await app.SeesAsync(world.ControlPlane.Revision);
        return app;
    }
}
