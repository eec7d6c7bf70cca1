using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests.Serving;

public sealed class AntiforgeryTests(TenantWorld world) : IClassFixture<TenantWorld>
{
    [Fact]
    public async Task A_form_token_of_one_tenant_is_refused_by_another()
    {
        await world.AddTenantAsync("mine");
        var theirs = await world.AddTenantAsync("theirs");
        await using var app = await ServedApp.StartAsync(
            world.ControlPlane.Address,
            app =>
            {
                app.MapGet("/", (IAntiforgery forms, HttpContext context) => forms.GetAndStoreTokens(context).RequestToken);
                app.MapPost("/", async (IAntiforgery forms, HttpContext context) =>
                {
                    context.Response.StatusCode = await forms.IsRequestValidAsync(context) ? StatusCodes.Status204NoContent : StatusCodes.Status400BadRequest;
                });
            },
            services: services => services.AddAntiforgery());
        await app.SeesAsync(theirs.Revision);
        using var form = await app.GetAsync("mine.localhost");
        var (token, cookie) = (await form.Content.ReadAsStringAsync(), form.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

        (await PostAsync("mine.localhost")).ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync("theirs.localhost")).ShouldBe(HttpStatusCode.BadRequest);

        async Task<HttpStatusCode> PostAsync(string host)
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, app.Address);
            request.Headers.Host = host;
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("RequestVerificationToken", token);
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }
}
