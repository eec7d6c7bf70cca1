using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Billing;
using ControlPlane.Catalog;
using ControlPlane.Certificates;
using ControlPlane.Cli;
using ControlPlane.Dashboard;
using ControlPlane.Fleet;
using ControlPlane.Operations;
using ControlPlane.Runtimes;
using ControlPlane.Servers;
using ControlPlane.Start;
using ControlPlane.Telemetry;
using ControlPlane.Tenants;

if (args is ["ctl", .. var verb])
{
    return await CommandLine.RunAsync(verb);
}

return await Starting.RunAsync(async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = await builder.AddStartAsync();
    builder.Services.AddCatalog(settings.Catalog!);
    builder.Services.AddOperations(settings.Catalog!, settings.Workers);
    builder.Services.AddServers(settings.Machines).AddTenants().AddRuntimes().AddFleet().AddCertificates(builder.Configuration).AddBilling(builder.Configuration);
    builder.AddAccess().AddApi().AddDashboard().AddTelemetry();

    var app = builder.Build();
    await app.Services.GetRequiredService<FirstStart>().EnsureAdminAsync(CancellationToken.None);
    app.UseProblems().UsePages().UseAccess();
    app.MapApi().MapDashboard().MapTelemetry();
    await app.RunAsync();
});
