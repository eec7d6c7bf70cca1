using Crm.Data;
using Crm.Endpoints;
using Crm.Pages;
using Crm.Seeding;
using TenantRuntime;

var builder = WebApplication.CreateBuilder(args);

// Run from its build output, the stylesheet is still beside the source.
builder.WebHost.UseStaticWebAssets();
builder.AddTenantRuntime();
builder.Services.AddTenantDbContext<CrmDb>();
builder.Services.AddSingleton<FirstVisit>();
builder.Services.AddRazorComponents();
builder.Services.AddProblemDetails();

var app = builder.Build();
app.UseTenantMetrics();
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    // A form without its token, or with fields that cannot be read, is the sender's fault.
    StatusCodeSelector = error => error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
});
app.UseStaticFiles();
app.UseTenants();
if (app.Configuration.GetValue("Crm:SampleData", defaultValue: true))
{
    app.UseMiddleware<FirstVisitMiddleware>();
}

app.UseRouting();
app.UseAntiforgery();
app.MapContacts();
app.MapDeals();
app.MapTickets();
app.MapSearch();
app.MapRazorComponents<App>();
await app.RunAsync();
