using System.Buffers;
using System.Security.Cryptography;
using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Problems;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;

namespace ControlPlane.Releases;

/// <summary>
/// Takes a release's archive as it is, under its sha256, into the catalog. Uploading it again changes nothing; an upload that
/// breaks off, or is not what it says, leaves nothing.
/// </summary>
public sealed class UploadArchive : IEndpoint
{
    private const long Largest = 1L << 30;
    private const int PartBytes = 1 << 20;

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPut("/releases/archives/{sha256}", HandleAsync).WithName(nameof(UploadArchive)).Requires(Role.Operator);

    private static async Task<IResult> HandleAsync(string sha256, HttpContext http, NpgsqlDataSource catalog, CancellationToken ct)
    {
        if (!PublishRelease.Hash().IsMatch(sha256))
        {
            throw InvalidRequest.Of(new Fault("sha256", "must be 64 lower-case hexadecimal digits"));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = Largest;
        }

        await using var connection = await catalog.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var begin = new NpgsqlCommand("insert into release_archives (sha256, bytes) values ($1, 1) on conflict do nothing", connection, transaction);
        begin.Parameters.Add(new() { Value = sha256 });
        if (await begin.ExecuteNonQueryAsync(ct) == 0)
        {
            return Results.Ok();
        }

        var (bytes, hash) = await StoreAsync(connection, sha256, http.Request.Body, ct);
        if (hash != sha256)
        {
            throw new ProblemException(422, "archive_damaged", $"What arrived has the sha256 {hash}, not {sha256}.", "Upload it again.");
        }

        await using var end = new NpgsqlCommand("update release_archives set bytes = $2 where sha256 = $1", connection, transaction);
        end.Parameters.Add(new() { Value = sha256 });
        end.Parameters.Add(new() { Value = bytes });
        await end.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return Results.Created($"/v1/releases/archives/{sha256}", value: null);
    }

    private static async Task<(long Bytes, string Hash)> StoreAsync(NpgsqlConnection connection, string sha256, Stream body, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var part = ArrayPool<byte>.Shared.Rent(PartBytes);
        try
        {
            var total = 0L;
            int read;
            for (var position = 0; (read = await body.ReadAtLeastAsync(part.AsMemory(0, PartBytes), PartBytes, throwOnEndOfStream: false, ct)) > 0; position++)
            {
                hash.AppendData(part.AsSpan(0, read));
                await using var insert = new NpgsqlCommand("insert into release_parts (sha256, position, content) values ($1, $2, $3)", connection);
                insert.Parameters.Add(new() { Value = sha256 });
                insert.Parameters.Add(new() { Value = position });
                insert.Parameters.Add(new() { Value = part.AsMemory(0, read) });
                await insert.ExecuteNonQueryAsync(ct);
                total += read;
            }

            return (total, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }
}
