using Microsoft.AspNetCore.Authorization;

namespace ControlPlane.Access;

/// <summary>
/// Lets a caller through to an endpoint whose <see cref="RequiresAttribute"/> allows its role; an endpoint that carries none
/// is closed to everybody. This comes before the body is read, and the pipeline asks again.
/// </summary>
internal sealed class EndpointAuthorization : AuthorizationHandler<EndpointAuthorization.Requirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Requirement requirement)
    {
        var http = (HttpContext)context.Resource!;
        // What is no route is an answer without content: 404, 405, 415.
        if (http.GetEndpoint() is not RouteEndpoint endpoint
            || (http.RequestServices.GetRequiredService<Caller>().Role is { } role
                && endpoint.Metadata.GetMetadata<RequiresAttribute>()?.Allows(role) == true))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    internal sealed class Requirement : IAuthorizationRequirement;
}
