using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Api;

namespace ControlPlane.Access.Auditing;

/// <summary>What is to be written into the audit trail.</summary>
/// <param name="What">The request's name.</param>
/// <param name="Detail">A JSON object without secrets.</param>
public sealed record AuditNote(string What, string Subject, string? Tenant, AuditOutcome Outcome, string Detail)
{
    /// <summary>The detail is the request without what is marked <see cref="SecretAttribute"/>.</summary>
    public static AuditNote Of(object request, string subject, string? tenant, AuditOutcome outcome) =>
        new(request.GetType().Name, subject, tenant, outcome, JsonSerializer.Serialize(request, request.GetType(), ApiJson.WithoutSecrets));

    /// <summary>Adds the code of the problem that stood in the way.</summary>
    public AuditNote Because(string code) =>
        this with { Detail = new JsonObject { ["problem"] = code, ["request"] = JsonNode.Parse(Detail) }.ToJsonString(ApiJson.Options) };
}
