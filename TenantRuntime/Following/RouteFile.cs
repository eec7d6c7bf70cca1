using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TenantRuntime.Routes;

namespace TenantRuntime.Following;

/// <summary>
/// Routes on disk, encrypted with a key derived from the runtime key: "TRS1", a 12-byte nonce, a 16-byte tag and
/// AES-256-GCM over the JSON. Written beside and renamed, so that a crash leaves the old or the new file.
/// </summary>
internal sealed class RouteFile(IOptions<TenantRuntimeOptions> options)
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HeaderSize = 4 + NonceSize + TagSize;
    private static readonly byte[] Magic = "TRS1"u8.ToArray();

    /// <summary>The routes as they were last written, or null when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or written under another key.</exception>
    public async Task<RouteSnapshot?> ReadAsync(CancellationToken ct)
    {
        if (options.Value.SnapshotPath is not { } path || !File.Exists(path))
        {
            return null;
        }

        var file = await File.ReadAllBytesAsync(path, ct);
        try
        {
            return JsonSerializer.Deserialize<RouteSnapshot>(Decrypt(file), RouteJson.Options)
                ?? throw new JsonException("The snapshot holds null.");
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            throw new InvalidDataException(
                $"The route snapshot {path} is damaged or was written under another runtime key. It is not used; routes are fetched anew.", e);
        }
    }

    public async Task WriteAsync(RouteSnapshot snapshot, CancellationToken ct)
    {
        if (options.Value.SnapshotPath is not { } path)
        {
            return;
        }

        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var beside = $"{full}.{Environment.ProcessId}.new";
        var access = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var file = new FileStream(beside, access))
        {
            await file.WriteAsync(Encrypt(JsonSerializer.SerializeToUtf8Bytes(snapshot, RouteJson.Options)), ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, full, overwrite: true);
    }

    private byte[] Encrypt(ReadOnlySpan<byte> plain)
    {
        var file = new byte[HeaderSize + plain.Length];
        Magic.CopyTo(file.AsSpan());
        var nonce = file.AsSpan(Magic.Length, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(DeriveKey(), TagSize);
        aes.Encrypt(nonce, plain, file.AsSpan(HeaderSize), file.AsSpan(Magic.Length + NonceSize, TagSize), Magic);
        return file;
    }

    private byte[] Decrypt(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderSize || !file.StartsWith(Magic))
        {
            throw new CryptographicException($"No snapshot: it starts with {Head(file)} and is {file.Length} bytes long.");
        }

        var plain = new byte[file.Length - HeaderSize];
        using var aes = new AesGcm(DeriveKey(), TagSize);
        aes.Decrypt(file.Slice(Magic.Length, NonceSize), file[HeaderSize..], file.Slice(Magic.Length + NonceSize, TagSize), plain, Magic);
        return plain;
    }

    private static string Head(ReadOnlySpan<byte> file) =>
        file.Length < 4 ? "nothing" : $"0x{BinaryPrimitives.ReadUInt32BigEndian(file):x8}";

    private byte[] DeriveKey() =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.ReadKey()), 32, info: "tenant-runtime routes"u8.ToArray());
}
