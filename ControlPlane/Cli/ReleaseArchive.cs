using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace ControlPlane.Cli;

/// <summary>
/// A folder packed as tar.gz, gone when disposed. The same folder gives the same archive: entries are sorted, and times and owners
/// left out.
/// </summary>
internal sealed class ReleaseArchive : IDisposable
{
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private ReleaseArchive(string path, long bytes, string sha256) => (Path, Bytes, Sha256) = (path, bytes, sha256);

    public string Path { get; }

    public long Bytes { get; }

    public string Sha256 { get; }

    /// <summary>The only file in the folder that may be executed and is no library.</summary>
    /// <exception cref="CliException">There is none, or there are several.</exception>
    public static string FindProgram(DirectoryInfo folder)
    {
        RequireFolder(folder);
        var found = folder.EnumerateFiles()
            .Where(f => !OperatingSystem.IsWindows() && (f.UnixFileMode & UnixFileMode.UserExecute) != UnixFileMode.None && f.Extension is not (".dll" or ".so"))
            .Select(f => f.Name).Where(n => n != "createdump").Order(StringComparer.Ordinal).ToList();
        return found is [var only]
            ? only
            : throw new CliException($"{folder} has {(found.Count == 0 ? "no program" : $"several programs: {string.Join(", ", found)}")}.", "Say which one is started with: --program FILE", ExitCode.Usage);
    }

    public static async Task<ReleaseArchive> PackAsync(DirectoryInfo folder, CancellationToken ct)
    {
        RequireFolder(folder);
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"release-{Guid.CreateVersion7():N}.tar.gz");
        try
        {
            await using (var file = File.Create(path))
            await using (var zip = new GZipStream(file, CompressionLevel.Optimal))
            await using (var tar = new TarWriter(zip, TarEntryFormat.Gnu))
            {
                foreach (var each in folder.EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.FullName, StringComparer.Ordinal))
                {
                    await AddAsync(tar, System.IO.Path.GetRelativePath(folder.FullName, each.FullName), each, ct);
                }
            }

            await using var packed = File.OpenRead(path);
            return new ReleaseArchive(path, packed.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(packed, ct)));
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    public void Dispose() => File.Delete(Path);

    private static async Task AddAsync(TarWriter tar, string name, FileInfo file, CancellationToken ct)
    {
        await using var content = file.OpenRead();
        var isProgram = !OperatingSystem.IsWindows() && (file.UnixFileMode & UnixFileMode.UserExecute) != UnixFileMode.None;

        // The other formats write this process's id into the archive.
        var entry = new GnuTarEntry(TarEntryType.RegularFile, name.Replace('\\', '/'))
        {
            DataStream = content,
            ModificationTime = DateTimeOffset.UnixEpoch,
            AccessTime = DateTimeOffset.UnixEpoch,
            ChangeTime = DateTimeOffset.UnixEpoch,
            Mode = isProgram ? Read | Execute : Read,
        };
        await tar.WriteEntryAsync(entry, ct);
    }

    private static void RequireFolder(DirectoryInfo folder)
    {
        if (!folder.Exists || !folder.EnumerateFiles().Any())
        {
            throw new CliException($"{folder} is {(folder.Exists ? "empty" : "no folder")}.", "Publish the application first: dotnet publish --self-contained -r linux-x64 -o DIR", ExitCode.Usage);
        }
    }
}
