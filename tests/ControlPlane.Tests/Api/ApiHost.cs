using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Billing;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Dashboard;
using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using ControlPlane.Start;
using ControlPlane.Telemetry;
using ControlPlane.Tenants;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Support;

namespace ControlPlane.Tests.Api;

/// <summary>The HTTP interface on a port of its own, over a catalog of its own, with a key for each role.</summary>
public sealed class ApiHost : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestDatabase database = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-api-");
    private readonly ConcurrentDictionary<Role, string> keys = new();
    private readonly HttpClient http = new();

    public TestDatabase Database => database;

    public WebApplication App { get; private set; } = null!;

    public ProbeCounts ProbeCounts { get; } = new();

    public CapturedLog Log { get; } = new();

    public string AdminKey { get; private set; } = "";

    public string KeyFolder => Path.Combine(folder.FullName, "keys");

    public string AdminKeyFile => Path.Combine(folder.FullName, "admin.key");

    /// <summary>Set before the start.</summary>
    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Registers more; set before the start.</summary>
    public Action<IServiceCollection> MoreServices { get; init; } = _ => { };

    public static async Task<ApiHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var host = new ApiHost();
        foreach (var (name, value) in settings)
        {
            host.Settings[name] = value;
        }

        await host.InitializeAsync();
        return host;
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await CatalogSchema.ApplyAsync(database.ConnectionString, CancellationToken.None);
        App = Build(await Installation.ReadAsync(database.ConnectionString, CancellationToken.None));
        await App.Services.GetRequiredService<FirstStart>().EnsureAdminAsync(CancellationToken.None);
        AdminKey = (await File.ReadAllTextAsync(AdminKeyFile)).Trim();
        await App.StartAsync();
        http.BaseAddress = new Uri(App.Urls.First());
    }

    public async Task<string> KeyAsync(Role role)
    {
        if (!keys.TryGetValue(role, out var key))
        {
            key = keys[role] = await NewKeyAsync(role);
        }

        return key;
    }

    public async Task<string> NewKeyAsync(Role role, string? name = null)
    {
        var answer = await SendAsync(HttpMethod.Post, "/v1/keys", AdminKey, new { name = name ?? $"k{Guid.CreateVersion7():N}", role });
        answer.Status.ShouldBe(201, answer.Text);
        return (string)answer.Body["key"]!;
    }

    public Task<Answer> GetAsync(string path, string? key = null) => SendAsync(HttpMethod.Get, path, key ?? AdminKey);

    public Task<Answer> PostAsync(string path, object body, string? key = null, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, key ?? AdminKey, body, idempotencyKey);

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="key">Null sends none.</param>
    /// <param name="body">JSON text, or what becomes JSON.</param>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? key, object? body = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body, ApiJson.Options), Encoding.UTF8, "application/json");
        }

        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>The status alone, without waiting for a body that may never end.</summary>
    public async Task<int> StatusAsync(HttpRequestMessage request, string? key, CancellationToken ct)
    {
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        return (int)response.StatusCode;
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await App.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private WebApplication Build(Installation installation)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ControlPlane:Data"] = folder.FullName,
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft"] = "Trace",
            ["Logging:LogLevel:System"] = "Trace",
        }).AddInMemoryCollection(Settings);
        var settings = new ControlPlaneSettings { Data = folder.FullName, Migrations = folder.CreateSubdirectory("migrations").FullName };
        File.WriteAllText(Path.Combine(settings.Migrations, "20260101000000_first.sql"), "create table first (id integer);");
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(ApplicationSchema.Read(settings.Migrations));
        builder.Services.AddSingleton(installation);
        builder.Services.AddCatalog(database.ConnectionString);
        builder.Services.AddOperations(database.ConnectionString, workers: 16);
        builder.Services.AddServers(settings.Machines).AddTenants().AddRuntimes().AddFleet().AddCertificates(builder.Configuration).AddBilling(builder.Configuration);
        // What is asked for is recorded and stays as it is: nothing works on it here.
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.AddSingleton(ProbeCounts);
        builder.Services.AddTransient<IRequestHandler<Probe, Probe.Told>, Probe.Handler>();
        builder.Services.AddTransient<IRequestHandler<Unclaimed, string>, Unclaimed.Handler>();
        MoreServices(builder.Services);
        builder.AddTelemetry().AddAccess().AddApi().AddDashboard();
        var app = builder.Build();
        app.UseProblems().UsePages().UseAccess().MapApi().MapDashboard().MapTelemetry();
        app.MapCommand<Probe, Probe.Told>(HttpMethod.Post, "/probe/{slug}", told => $"/probe/{told.Slug}");
        app.MapQuery<Unclaimed, string>("/unclaimed");
        return app;
    }

    public sealed record Answer(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
    {
        public JsonNode Body => JsonNode.Parse(Text)!;

        public string? Code => (string?)Body["code"];
    }
}
