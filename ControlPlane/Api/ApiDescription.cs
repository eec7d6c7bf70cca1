using ControlPlane.Access.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ControlPlane.Api;

/// <summary>Describes the interface as OpenAPI, from the requests that the endpoints send.</summary>
internal static class ApiDescription
{
    private const string SchemeName = "apiKey";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer(DescribeAllAsync);
        options.AddOperationTransformer(DescribeAsync);
    }

    private static Task DescribeAllAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new() { Title = "Control plane", Version = "v1", Description = "Tenants, their databases, and the work around them." };
        document.AddComponent(SchemeName, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key: cp_PREFIX_SECRET.",
        });
        return Task.CompletedTask;
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        var isOpen = metadata.OfType<IAllowAnonymous>().Any();
        if (!isOpen)
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(SchemeName, context.Document)] = [] }];
        }

        if (!isOpen || context.Description.RelativePath!.StartsWith("v1/", StringComparison.Ordinal))
        {
            operation.Responses["default"] = await ProblemAsync(context, ct);
        }

        if (metadata.OfType<SendsAttribute>().SingleOrDefault() is { } sends)
        {
            await DescribeRequestAsync(operation, sends, context, ct);
            operation.Responses.Remove("200");
            var answer = new OpenApiResponse { Description = "Done." };
            if (sends.Answer != typeof(Unit))
            {
                answer.Content = Json(await context.GetOrCreateSchemaAsync(sends.Answer, cancellationToken: ct));
            }

            operation.Responses[sends.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = answer;
        }
    }

    private static async Task DescribeRequestAsync(
        OpenApiOperation operation, SendsAttribute sends, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var isQuery = context.Description.HttpMethod is "GET" or "DELETE";
        var body = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal), Required = new HashSet<string>(StringComparer.Ordinal) };
        operation.Parameters = [];
        foreach (var member in ApiJson.Options.GetTypeInfo(sends.Request).Properties)
        {
            var schema = await context.GetOrCreateSchemaAsync(member.PropertyType, cancellationToken: ct);
            var inRoute = context.Description.RelativePath!.Contains($"{{{member.Name}}}", StringComparison.Ordinal);
            if (inRoute || isQuery)
            {
                operation.Parameters.Add(new OpenApiParameter { Name = member.Name, In = inRoute ? ParameterLocation.Path : ParameterLocation.Query, Required = inRoute, Schema = schema });
            }
            else
            {
                body.Properties[member.Name] = schema;
                if (member.IsRequired && !MemberValue.IsNullable(member))
                {
                    body.Required.Add(member.Name);
                }
            }
        }

        if (!isQuery)
        {
            operation.Parameters.Add(new OpenApiParameter { Name = IdempotencyKey.Header, In = ParameterLocation.Header, Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Description = "Repeating a request with the same key gives the first answer, for a day." });
            operation.RequestBody = body.Properties.Count > 0 ? new OpenApiRequestBody { Content = Json(body), Required = body.Required.Count > 0 } : null;
        }
    }

    private static async Task<OpenApiResponse> ProblemAsync(OpenApiOperationTransformerContext context, CancellationToken ct) => new()
    {
        Description = "A problem: what happened and what to do next.",
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new OpenApiMediaType { Schema = await context.GetOrCreateSchemaAsync(typeof(ProblemShape), cancellationToken: ct) },
        },
    };

    private static Dictionary<string, OpenApiMediaType> Json(IOpenApiSchema schema) =>
        new(StringComparer.Ordinal) { ["application/json"] = new OpenApiMediaType { Schema = schema } };

    /// <summary>As <see cref="ProblemWriter"/> writes it.</summary>
    private sealed record ProblemShape(
        string Type, string Title, int Status, string Code, string Detail, string Remedy, string TraceId, Dictionary<string, string[]>? Errors);
}
