using System.Reflection;
using ControlPlane.Access;
using ControlPlane.Access.Pipeline;
using MediatR;

namespace ControlPlane.Api;

/// <summary>Maps an address to a request. The request's own <see cref="RequiresAttribute"/> closes the endpoint.</summary>
public static class MessageEndpoints
{
    private const int LongestKey = 200;

    /// <summary>GET; the members come from the route and the query string.</summary>
    public static RouteHandlerBuilder MapQuery<TQuery, TAnswer>(this IEndpointRouteBuilder v1, string pattern)
        where TQuery : Query<TAnswer> =>
        v1.MapGet(pattern, async (HttpContext http, IMediator mediator) =>
        {
            var query = await RequestBinder.BindAsync<TQuery>(http);
            return Results.Json(await mediator.Send(query, http.RequestAborted), ApiJson.Options);
        }).Describe<TQuery, TAnswer>(StatusCodes.Status200OK);

    /// <summary>
    /// The members come from the route and the JSON body. Answers 202 for <see cref="Accepted"/>, 201 when
    /// <paramref name="created"/> tells the new thing's address, 204 for <see cref="Unit"/>, else 200.
    /// </summary>
    public static RouteHandlerBuilder MapCommand<TCommand, TAnswer>(
        this IEndpointRouteBuilder v1, HttpMethod method, string pattern, Func<TAnswer, string>? created = null)
        where TCommand : Command<TAnswer>
    {
        var status = typeof(TAnswer).IsAssignableTo(typeof(Accepted)) ? StatusCodes.Status202Accepted
            : typeof(TAnswer) == typeof(Unit) ? StatusCodes.Status204NoContent
            : created is not null ? StatusCodes.Status201Created
            : StatusCodes.Status200OK;
        return v1.MapMethods(pattern, [method.Method], async (HttpContext http, IMediator mediator, IdempotencyKey key) =>
        {
            ReadIdempotencyKey(http.Request, key);
            var command = await RequestBinder.BindAsync<TCommand>(http);
            var answer = await mediator.Send(command, http.RequestAborted);
            if (((answer as Accepted)?.Location ?? created?.Invoke(answer)) is { } location)
            {
                http.Response.Headers.Location = location;
            }

            return status == StatusCodes.Status204NoContent ? Results.NoContent() : Results.Json(answer, ApiJson.Options, statusCode: status);
        }).Describe<TCommand, TAnswer>(status);
    }

    /// <summary>For endpoints that send no request, such as event streams.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder builder, params Role[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiresAttribute(roles));

    private static RouteHandlerBuilder Describe<TRequest, TAnswer>(this RouteHandlerBuilder builder, int status)
    {
        var requires = typeof(TRequest).GetCustomAttribute<RequiresAttribute>();
        if (requires is not null)
        {
            builder.WithMetadata(requires);
        }

        return builder.WithName(typeof(TRequest).Name).WithMetadata(new SendsAttribute(typeof(TRequest), typeof(TAnswer), status));
    }

    private static void ReadIdempotencyKey(HttpRequest request, IdempotencyKey key)
    {
        if (request.Headers.TryGetValue(IdempotencyKey.Header, out var values))
        {
            var value = values.ToString();
            key.Set(values.Count == 1 && value.Length is > 0 and <= LongestKey && value.All(c => c is > ' ' and <= '~')
                ? value
                : throw InvalidRequest.Of(new Fault(IdempotencyKey.Header, $"must be one value of 1 to {LongestKey} printable ASCII characters")));
        }
    }
}
