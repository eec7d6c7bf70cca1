using System.Reflection;

namespace ControlPlane.Api;

/// <summary>Registers and maps the HTTP interface.</summary>
public static class ApiSetup
{
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddExceptionHandler<ProblemAnswers>();
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v1", ApiDescription.Configure);
        return builder;
    }

    /// <summary>Comes first, so that whatever goes wrong later is answered in the one shape.</summary>
    public static WebApplication UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => ProblemWriter.WriteAsync(context.HttpContext, HttpProblems.Of(context.HttpContext.Response.StatusCode)));
        return app;
    }

    /// <summary>Maps every <see cref="IEndpoint"/> of this assembly, and the description of all.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        var v1 = app.MapGroup("/v1");
        foreach (var type in typeof(ApiSetup).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IEndpoint)) && !t.IsInterface))
        {
            type.GetMethod(nameof(IEndpoint.Map), BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [v1]);
        }

        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        return app;
    }
}
