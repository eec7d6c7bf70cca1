using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Servers;
using Migrator;
using Npgsql;
using Provisioner;

namespace ControlPlane.Start;

/// <summary>What happens before the web host is built: settings are checked, PostgreSQL is started, the catalog is migrated.</summary>
public static class Starting
{
    /// <summary>Runs the program; what keeps it from starting is said in words, and the exit code is 1.</summary>
    public static async Task<int> RunAsync(Func<Task> program)
    {
        try
        {
            await program();
            return 0;
        }
        catch (Exception error) when (error is SettingsException or ProvisioningException or MigrationException or KeyRingException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(error is NpgsqlException ? $"The catalog cannot be used: {error.Message} Correct ControlPlane__Catalog." : error.Message);
            return 1;
        }
    }

    /// <summary>Answers the settings with a catalog that is ready for use.</summary>
    public static async Task<ControlPlaneSettings> AddStartAsync(this WebApplicationBuilder builder)
    {
        var settings = ControlPlaneSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(settings);
        var schema = ApplicationSchema.Read(settings.Migrations!);
        if (builder.Configuration["urls"] is null)
        {
            builder.WebHost.UseUrls("http://localhost:5080");
        }

        var catalog = settings.Catalog ?? await StartEmbeddedAsync(builder, settings);
        await CatalogSchema.ApplyAsync(catalog, CancellationToken.None);
        builder.Services.AddSingleton(await KnownMigrations.NoteAsync(catalog, schema, CancellationToken.None));
        builder.Services.AddSingleton(await Installation.ReadAsync(catalog, CancellationToken.None));
        return settings with { Catalog = catalog };
    }

    private static async Task<string> StartEmbeddedAsync(WebApplicationBuilder builder, ControlPlaneSettings settings)
    {
        using var logs = LoggerFactory.Create(l => l.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
        var clusters = await EmbeddedClusters.StartAsync(settings, logs, CancellationToken.None);
        builder.Services.AddSingleton(clusters);
        builder.Services.AddHostedService<RegisterEmbeddedServer>();
        return clusters.Catalog;
    }
}
