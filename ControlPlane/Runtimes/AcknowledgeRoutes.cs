using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtimes;

/// <summary>
/// A runtime says up to which revision it has taken over the routes, and which schema its release is made for; or that it ends. It
/// changes nothing for anybody, so it is not audited.
/// </summary>
public sealed class AcknowledgeRoutes : IEndpoint
{
    private const int LongestInstance = 200;

    private const int LongestSchema = 500;

    public static void Map(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/runtime/acknowledgements", async (Body body, CatalogDb db, Caller caller, CancellationToken ct) =>
        {
            if (Faults(body).ToList() is { Count: > 0 } faults)
            {
                throw InvalidRequest.Of(faults);
            }

            await db.Database.ExecuteSqlAsync($"""
                insert into runtimes (key_id, instance, revision, schema_head) values ({caller.KeyId}, {body.Instance}, {body.Revision}, {body.Schema})
                on conflict (key_id, instance) do update set revision = excluded.revision, schema_head = excluded.schema_head, seen_at = now()
                """, ct);
            return Results.NoContent();
        }).Requires(Role.Runtime);
        v1.MapDelete("/runtime/acknowledgements", async (string instance, CatalogDb db, Caller caller, CancellationToken ct) =>
        {
            await db.Database.ExecuteSqlAsync($"delete from runtimes where key_id = {caller.KeyId} and instance = {instance}", ct);
            return Results.NoContent();
        }).Requires(Role.Runtime);
    }

    private static IEnumerable<Fault> Faults(Body body)
    {
        if (body.Instance.Length is 0 or > LongestInstance)
        {
            yield return new("instance", $"must have 1 to {LongestInstance} characters");
        }

        if (body.Schema is { Length: 0 or > LongestSchema })
        {
            yield return new("schema", $"must have 1 to {LongestSchema} characters");
        }
    }

    /// <param name="Instance">Names the process among those that use the same key.</param>
    /// <param name="Schema">The newest migration its release is made for; null when it does not know.</param>
    public sealed record Body(string Instance, long Revision, string? Schema = null);
}
