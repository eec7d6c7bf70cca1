using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EndToEnd.World;

namespace EndToEnd.Story;

public sealed class RunTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task The_story_of_run_holds_from_beginning_to_end()
    {
        var data = Directory.CreateTempSubdirectory("controlplane-run-");
        using var story = Process.Start(new ProcessStartInfo(
            "dotnet", [Programs.Tour, "--exit", "--data", data.FullName, "--ports", $"{FreePort()},{FreePort()}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(story.StandardOutput.ReadToEndAsync(), story.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await story.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!story.HasExited)
            {
                story.Kill(entireProcessTree: true);
            }
        }

        story.ExitCode.ShouldBe(0, string.Join(Environment.NewLine, await said));
        data.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
