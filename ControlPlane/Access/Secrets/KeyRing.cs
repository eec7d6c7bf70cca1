using System.Globalization;
using System.Security.Cryptography;

namespace ControlPlane.Access.Secrets;

/// <summary>
/// The keys that are not in the database: files <c>yyyyMMddTHHmmssZ.key</c> of 32 bytes in base64, readable by their owner
/// only. The name says from when on a key is used for new secrets, so a key can be brought to every node before its time;
/// the older ones keep opening what they closed. Safe for use by many threads.
/// </summary>
public sealed class KeyRing
{
    private const string NameFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const int KeyBytes = 32;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private readonly string folder;
    private readonly TimeProvider time;
    private readonly Lock reading = new();
    private volatile Snapshot current;

    /// <summary>Reads the folder.</summary>
    /// <exception cref="KeyRingException">No usable key, or a file that others may read.</exception>
    public KeyRing(string folder, TimeProvider time)
    {
        this.folder = folder;
        this.time = time;
        current = Read();
    }

    /// <summary>The newest key whose time has come.</summary>
    public RingKey Active
    {
        get
        {
            var now = time.GetUtcNow();
            var keys = now - current.ReadAt > LookAgainAfter ? Reload().Keys : current.Keys;
            return keys.LastOrDefault(k => k.Since <= now) ?? keys[0];
        }
    }

    /// <summary>The key with this id.</summary>
    /// <exception cref="KeyRingException">The folder does not hold it.</exception>
    public RingKey this[string id] =>
        Find(id) ?? throw new KeyRingException($"The key '{id}' is not in {folder}. Copy {id}.key there from another node or from its backup.");

    /// <summary>Null when the folder does not hold it.</summary>
    public RingKey? Find(string id) =>
        // Another node may just have begun to use a key that was added after this one last looked.
        current.Find(id) ?? Reload().Find(id);

    /// <summary>Adds a key and uses it from now on.</summary>
    public async Task<RingKey> RotateAsync(CancellationToken ct)
    {
        // Names have whole seconds, and no two keys may have the same.
        while (Reload().Keys[^1].Since.AddSeconds(1) is var free && time.GetUtcNow() is var now && now < free)
        {
            await Task.Delay(free - now, time, ct);
        }

        Write(folder, time.GetUtcNow());
        Reload();
        return Active;
    }

    /// <summary>Makes the folder and its first key, unless it holds one.</summary>
    /// <returns>Whether a key was made.</returns>
    public static bool EnsureFirstKey(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (Directory.EnumerateFiles(folder, "*.key").Any())
        {
            return false;
        }

        Write(folder, time.GetUtcNow());
        return true;
    }

    private static void Write(string folder, DateTimeOffset since)
    {
        var path = Path.Combine(folder, since.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture) + ".key");
        OwnerOnlyFile.Create(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n");
    }

    private Snapshot Reload()
    {
        lock (reading)
        {
            return current = Read();
        }
    }

    private Snapshot Read()
    {
        var keys = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.key").Select(ReadKey).OrderBy(k => k.Since).ToArray()
            : [];
        return keys.Length > 0
            ? new Snapshot(keys, time.GetUtcNow())
            : throw new KeyRingException(
                $"There is no key in {folder}. Bring the keys of this catalog there, or, if the catalog is new, make one: "
                + $"(umask 077; mkdir -p {folder}; head -c 32 /dev/urandom | base64 > {folder}/$(date -u +%Y%m%dT%H%M%SZ).key)");
    }

    private static RingKey ReadKey(string path)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != UnixFileMode.None)
        {
            throw new KeyRingException($"Others than its owner may read {path}. Type: chmod 600 {path}");
        }

        var name = Path.GetFileNameWithoutExtension(path);
        if (!DateTimeOffset.TryParseExact(name, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since))
        {
            throw new KeyRingException($"{path} must be named by the time from which it is used, such as 20260131T120000Z.key");
        }

        var bytes = new byte[KeyBytes];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), bytes, out var length) && length == KeyBytes
            ? new RingKey(name, since, bytes)
            : throw new KeyRingException($"{path} must hold {KeyBytes} bytes in base64.");
    }

    private sealed record Snapshot(RingKey[] Keys, DateTimeOffset ReadAt)
    {
        public RingKey? Find(string id) => Array.Find(Keys, k => k.Id == id);
    }
}
