using System.Security.Cryptography;

namespace Provisioner.Ssh;

/// <summary>A folder that only we can enter, in memory where the system has such a place; removed when disposed.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string path;

    private PrivateFolder(string path) => this.path = path;

    /// <summary>Its path is short: a socket's may have 107 bytes.</summary>
    public static PrivateFolder Create()
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : "/tmp";
        var made = Path.Combine(root, $"ssh-{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        Directory.CreateDirectory(made, OwnerOnly | UnixFileMode.UserExecute);
        return new PrivateFolder(made);
    }

    public string PathOf(string file) => Path.Combine(path, file);

    /// <summary>Writes a file that only we can read.</summary>
    public async Task<string> WriteAsync(string file, string text, CancellationToken ct)
    {
        var target = PathOf(file);
        await using var stream = new FileStream(target, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        await using var writer = new StreamWriter(stream);
        await writer.WriteAsync(text.AsMemory(), ct);
        return target;
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
