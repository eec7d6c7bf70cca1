using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Tests.Api;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Support;

namespace ControlPlane.Tests.Access;

/// <summary>Every endpoint that the application has, asked by every role and by nobody; a new endpoint is covered by existing.</summary>
public sealed class EndpointMatrixTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] OpenToEverybody = ["/health/live", "/health/ready", "/metrics", "/openapi/{documentName}.json", "/v1/webhooks/billing", "/dashboard.css", "/dashboard.js", "/sign-in", "/sign-out"];

    private IEnumerable<RouteEndpoint> Endpoints =>
        host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public async Task Every_endpoint_lets_in_the_roles_it_names_and_nobody_else()
    {
        var wrong = new List<string>();
        foreach (var endpoint in Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null && !IsPage(e)))
        {
            var requires = endpoint.Metadata.GetMetadata<RequiresAttribute>();
            foreach (var role in Enum.GetValues<Role>().Cast<Role?>().Append(null))
            {
                var expected = role is null ? 401 : requires?.Allows(role.Value) == true ? 0 : 403;
                var status = await AskAsync(endpoint, role is null ? null : await host.KeyAsync(role.Value));
                if (expected == 0 ? status is 401 or 403 : status != expected)
                {
                    wrong.Add($"{endpoint.RoutePattern.RawText} as {role?.ToString() ?? "nobody"}: {status}, not {expected}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_page_lets_in_the_roles_it_names_and_asks_everybody_else_to_sign_in()
    {
        var wrong = new List<string>();
        var pages = Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null && IsPage(e)).ToList();
        pages.Count.ShouldBeGreaterThan(4);
        foreach (var role in Enum.GetValues<Role>().Cast<Role?>().Append(null))
        {
            using var browser = new Browser(() => new Uri(host.App.Urls.First()));
            await (role is null ? Task.CompletedTask : browser.SignInAsync(await host.KeyAsync(role.Value)));
            foreach (var page in pages)
            {
                var isOpen = role is not null && page.Metadata.GetMetadata<RequiresAttribute>()?.Allows(role.Value) == true;
                var answer = await browser.GetAsync(PathOf(page));
                if (isOpen ? answer.Status is 302 or 401 or 403 : answer is not { Status: 302, To: { } to } || !to.StartsWith("/sign-in?", StringComparison.Ordinal))
                {
                    wrong.Add($"{page.RoutePattern.RawText} as {role?.ToString() ?? "nobody"}: {answer.Status} {answer.To}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Only_these_are_open_to_everybody() =>
        Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => e.RoutePattern.RawText)
            .ShouldBe(OpenToEverybody, ignoreOrder: true);

    [Fact]
    public async Task What_names_no_role_is_closed_to_admins_too()
    {
        (await host.GetAsync("/unclaimed")).Status.ShouldBe(403);
        await using var scope = host.App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Caller>().Become(Caller.Itself("test"));
        var refused = await Should.ThrowAsync<ControlPlane.Problems.ProblemException>(
            () => scope.ServiceProvider.GetRequiredService<IMediator>().Send(new Unclaimed()));
        refused.Status.ShouldBe(403);
    }

    [Fact]
    public void Every_request_names_its_roles_and_has_a_handler()
    {
        var requests = typeof(Message).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IBaseRequest))).ToList();
        requests.Count.ShouldBeGreaterThan(5);
        using var scope = host.App.Services.CreateScope();
        var services = scope.ServiceProvider.GetRequiredService<IServiceProviderIsService>();
        foreach (var request in requests)
        {
            Attribute.IsDefined(request, typeof(RequiresAttribute)).ShouldBeTrue($"{request} names no role");
            var answer = request.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>)).GetGenericArguments()[0];
            services.IsService(typeof(IRequestHandler<,>).MakeGenericType(request, answer)).ShouldBeTrue($"{request} has no handler");
        }
    }

    [Theory]
    [InlineData(Role.Viewer, "Viewer Operator Billing Admin")]
    [InlineData(Role.Operator, "Operator Admin")]
    [InlineData(Role.Billing, "Billing Admin")]
    [InlineData(Role.Admin, "Admin")]
    [InlineData(Role.Runtime, "Runtime")]
    public void A_role_includes_what_it_should(Role required, string allowed) =>
        string.Join(' ', Enum.GetValues<Role>().Where(new RequiresAttribute(required).Allows)).ShouldBe(allowed);

    private async Task<int> AskAsync(RouteEndpoint endpoint, string? key)
    {
        var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(endpoint));
        return await host.StatusAsync(request, key, limit.Token);
    }

    private static bool IsPage(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;

    private static string PathOf(RouteEndpoint endpoint)
    {
        return endpoint.RoutePattern.PathSegments.Count == 0 ? "/" : string.Concat(endpoint.RoutePattern.PathSegments.Select(s => "/" + string.Concat(s.Parts.Select(Text))));

        static string Text(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPart part) => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            // A name of nothing that fits any constraint of the route.
            _ => "01990000-0000-7000-8000-000000000000",
        };
    }
}
