using System.Diagnostics;
using Provisioner.Local;

namespace Support;

/// <summary>
/// The folder for clusters of this test process. A guardian process waits for our end, however it comes, then stops the
/// clusters and removes the folder; the next test process cleans up where the guardian itself was killed.
/// </summary>
public static class ThrowawayFolder
{
    private const string Prefix = "controlplane-test-";

    // Reads until our end of the pipe closes, which even SIGKILL cannot prevent. In the background it is nobody's child, so
    // what kills the tests and their children does not kill it. A cluster's folder may be a link to where it really lives.
    private const string Guardian =
        """
        exec 3<&0
        {
          trap '' HUP INT TERM
          cat <&3 >/dev/null
          find -L "$1" -maxdepth 6 -path '*/data/postmaster.pid' | while read -r pid; do
            kill -QUIT "$(head -n 1 "$pid")"
          done
          find "$1" -maxdepth 4 -type l -path '*/.data/postgres/*' | while read -r link; do
            home=$(readlink "$link")
            rm -rf "$home" || { sleep 1; rm -rf "$home"; }
          done
          rm -rf "$1" "$1.lock" || { sleep 1; rm -rf "$1" "$1.lock"; }
        } &
        """;

    private static readonly Lazy<string> Created = new(Create);

    private static FileLock? alive;

    private static Process? guardian;

    public static string Path => Created.Value;

    private static string Create()
    {
        var root = System.IO.Path.GetTempPath();
        foreach (var leftover in Directory.EnumerateDirectories(root, Prefix + "*"))
        {
            RemoveWhenAbandoned(leftover);
        }

        var folder = System.IO.Path.Combine(root, $"{Prefix}{Environment.ProcessId}-{Guid.CreateVersion7():N}");
        // Locked before it exists, else another test process could take it for abandoned.
        alive = FileLock.TryTake(LockOf(folder));
        Directory.CreateDirectory(folder);
        guardian = Watch(folder);
        return folder;
    }

    private static void RemoveWhenAbandoned(string folder)
    {
        try
        {
            using var abandoned = FileLock.TryTake(LockOf(folder));
            if (abandoned is not null)
            {
                using var cleaner = Watch(folder);
                cleaner.StandardInput.Close();
            }
        }
        catch (UnauthorizedAccessException)
        {
            // Left by another user, who cleans up the next time.
        }
    }

    private static Process Watch(string folder) =>
        Process.Start(new ProcessStartInfo("sh", ["-c", Guardian, "sh", folder])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        })!;

    private static string LockOf(string folder) => folder + ".lock";
}
