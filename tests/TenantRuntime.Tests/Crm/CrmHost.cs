using Crm.Data;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace TenantRuntime.Tests.Crm;

/// <summary>The sample application as it is, in this process.</summary>
internal sealed class CrmHost(string controlPlane) : WebApplicationFactory<Program>
{
    /// <summary>What the migrations of the sample application say, as SQL.</summary>
    public static string Schema()
    {
        using var db = new CrmDb(new DbContextOptionsBuilder<CrmDb>().UseNpgsql().Options);
        return db.GetService<IMigrator>().GenerateScript();
    }

    public HttpClient ClientOf(string slug) =>
        CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = new Uri($"http://{slug}.localhost"), AllowAutoRedirect = false });

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("TenantRuntime:ControlPlane", controlPlane);
        builder.UseSetting("TenantRuntime:Key", World.FakeControlPlane.Key);
        builder.UseSetting("TenantRuntime:BaseDomain", "localhost");
        builder.UseSetting("Logging:LogLevel:Default", "None");
    }
}
