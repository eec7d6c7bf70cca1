using System.Security.Cryptography;
using ControlPlane.Problems;
using ControlPlane.Servers.Machines;
using ControlPlane.Start;
using Npgsql;

namespace ControlPlane.Releases;

/// <summary>Brings releases out of the catalog onto this machine, where they are kept.</summary>
public sealed class ReleaseStore(NpgsqlDataSource catalog, ControlPlaneSettings settings)
{
    /// <summary>The release that new servers get; null while none was published.</summary>
    public async Task<ReleaseFile?> FetchNewestAsync(CancellationToken ct)
    {
        await using var command = catalog.CreateCommand("select name, sha256, program from releases order by id desc limit 1");
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
        {
            return null;
        }

        var sha256 = row.GetString(1);
        var path = Path.Combine(settings.ReleasesFolder, $"{sha256}.tar.gz");
        if (!File.Exists(path))
        {
            await FetchAsync(sha256, path, ct);
        }

        return new ReleaseFile(row.GetString(0), path, sha256, row.GetString(2));
    }

    /// <summary>Written beside its place and compared before it is used: a process that dies leaves no half archive.</summary>
    private async Task FetchAsync(string sha256, string path, CancellationToken ct)
    {
        Directory.CreateDirectory(settings.ReleasesFolder);
        var draft = $"{path}.{Guid.CreateVersion7():N}";
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var file = File.Create(draft))
            {
                await foreach (var part in ReadPartsAsync(sha256, ct))
                {
                    hash.AppendData(part);
                    await file.WriteAsync(part, ct);
                }
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != sha256)
            {
                throw new ProblemException(500, "release_damaged", "The newest release in the catalog is not what was published: its sha256 differs.", "Publish it again under another name.");
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private async IAsyncEnumerable<byte[]> ReadPartsAsync(string sha256, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = catalog.CreateCommand("select content from release_parts where sha256 = $1 order by position");
        command.Parameters.Add(new() { Value = sha256 });
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
        {
            yield return row.GetFieldValue<byte[]>(0);
        }
    }
}
