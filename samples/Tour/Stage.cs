namespace Tour;

/// <summary>The processes of the story: the control plane, which starts PostgreSQL by itself, and the tenant application.</summary>
/// <param name="options">Where.</param>
/// <param name="settings">Further settings of both, as environment variables.</param>
public sealed class Stage(TourOptions options, IReadOnlyDictionary<string, string>? settings = null) : IAsyncDisposable
{
    private static readonly string Output = AppContext.BaseDirectory;
    public static readonly string Root = Path.GetFullPath(Path.Combine(Output, "..", "..", "..", "..", ".."));
    internal static readonly string Build = Path.Combine("bin", new DirectoryInfo(Output).Parent!.Name, new DirectoryInfo(Output).Name);

    private Actor? controlPlane;
    private Actor? application;

    public string Data => options.Data;

    public Uri ControlPlaneUrl { get; } = new($"http://localhost:{options.ControlPlanePort}");

    public int ApplicationPort => options.ApplicationPort;

    internal static string ControlPlaneDll => Path.Combine(Root, "ControlPlane", Build, "ControlPlane.dll");

    internal static string CrmDll => Path.Combine(Root, "samples", "Crm", Build, "Crm.dll");

    /// <summary>Starts the control plane, also after <see cref="KillControlPlaneAsync"/>, and waits until it is ready.</summary>
    public async Task<Api> StartControlPlaneAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(Data);
        controlPlane = Actor.Start("control plane", ControlPlaneDll, Path.Combine(Data, "control-plane.log"), new(settings ?? new Dictionary<string, string>())
        {
            ["ASPNETCORE_URLS"] = ControlPlaneUrl.ToString(),
            ["ControlPlane__Data"] = Data,
            ["ControlPlane__Migrations"] = CrmDll,
            ["ControlPlane__EmbeddedStopsToo"] = "true",
            ["ControlPlane__TenantUrl"] = $"http://{{slug}}.localhost:{ApplicationPort}",
        });
        await controlPlane.UntilReadyAsync(new Uri(ControlPlaneUrl, "/health/ready"), ct);
        return new Api(ControlPlaneUrl, await File.ReadAllTextAsync(Path.Combine(Data, "admin.key"), ct));
    }

    /// <summary>Of the control plane.</summary>
    public int ControlPlaneProcess => controlPlane!.ProcessId;

    public Task StopControlPlaneAsync(CancellationToken ct) => controlPlane!.StopAsync(ct);

    /// <summary>SIGKILL: no goodbye, no clean-up.</summary>
    public Task KillControlPlaneAsync() => controlPlane!.KillAsync();

    /// <summary>Starts the tenant application with a runtime key of its own.</summary>
    public async Task StartApplicationAsync(Api api, CancellationToken ct)
    {
        var keyFile = Path.Combine(Data, "crm.key");
        if (!File.Exists(keyFile))
        {
            var name = $"crm-{Guid.CreateVersion7():N}"[..20];
            var made = await api.PostAsync("/v1/keys", new { name, role = "runtime" }, ct);
            await WriteForOwnerAsync(keyFile, made["key"]!.GetValue<string>(), ct);
        }

        application = Actor.Start("tenant application", CrmDll, Path.Combine(Data, "crm.log"), new(settings ?? new Dictionary<string, string>())
        {
            ["ASPNETCORE_URLS"] = $"http://localhost:{ApplicationPort}",
            ["TenantRuntime__ControlPlane"] = ControlPlaneUrl.ToString(),
            ["TenantRuntime__KeyFile"] = keyFile,
            ["TenantRuntime__BaseDomain"] = "localhost",
            ["TenantRuntime__SnapshotPath"] = Path.Combine(Data, "crm-routes"),
        });
        await application.UntilReadyAsync(new Uri($"http://localhost:{ApplicationPort}/health/ready"), ct);
    }

    private static async Task WriteForOwnerAsync(string path, string text, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), ct);
    }

    /// <summary>Ends both processes and PostgreSQL; the data stays.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        foreach (var actor in new[] { application, controlPlane }.OfType<Actor>())
        {
            await actor.StopAsync(limit.Token);
        }
    }
}
