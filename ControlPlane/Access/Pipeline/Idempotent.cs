using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Access.Secrets;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Access.Pipeline;

/// <summary>
/// Answers a repeated request with the first one's answer, for a day. A duplicate that comes while the first still runs waits
/// for it, since both insert the same row; if the first is rolled back, the duplicate takes its place.
/// </summary>
internal sealed class Idempotent<TRequest, TAnswer>(IdempotencyKey keys, CatalogDb db, Caller caller, SecretBox box)
    : IPipelineBehavior<TRequest, TAnswer>
    where TRequest : Command<TAnswer>
{
    public async Task<TAnswer> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TAnswer> next)
    {
        if (keys.Take() is not { } key)
        {
            return await next();
        }

        var who = caller.KeyId?.ToString() ?? caller.Name;
        var what = typeof(TRequest).Name;
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Options));
        await db.Database.ExecuteSqlAsync($"set local lock_timeout = '10s'", cancellationToken);
        var first = await db.Database.ExecuteSqlAsync(
            $"""
            insert into idempotency_keys (key, caller, request) values ({key}, {who}, {what})
            on conflict (key) do update set caller = excluded.caller, request = excluded.request, sealed = null, created_at = now()
              where idempotency_keys.created_at < now() - interval '24 hours'
            """,
            cancellationToken) == 1;
        if (!first)
        {
            return await ReplayAsync(key, who, what, hash, cancellationToken);
        }

        var answer = await next();
        var text = JsonSerializer.Serialize(new Kept(hash, answer), ApiJson.Options);
        await db.Database.ExecuteSqlAsync(
            $"update idempotency_keys set sealed = {box.Protect(text, Place(key))} where key = {key}", cancellationToken);
        return answer;
    }

    private static string Place(string key) => $"idempotency_keys/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    private async Task<TAnswer> ReplayAsync(string key, string who, string what, byte[] hash, CancellationToken ct)
    {
        var row = await db.Database
            .SqlQuery<Row>($"""select caller as "Caller", request as "Request", sealed as "Sealed" from idempotency_keys where key = {key}""")
            .SingleAsync(ct);
        if (row.Caller == who && row.Request == what)
        {
            var kept = JsonSerializer.Deserialize<Kept>(box.Unprotect(row.Sealed, Place(key)), ApiJson.Options)!;
            if (CryptographicOperations.FixedTimeEquals(kept.Hash, hash))
            {
                return kept.Answer;
            }
        }

        throw new ProblemException(
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was used within the last day for another request or by another API key.",
            "Use a new key for a new request. Nothing was done.");
    }

    private sealed record Kept(byte[] Hash, TAnswer Answer);

    private sealed record Row(string Caller, string Request, string Sealed);
}
