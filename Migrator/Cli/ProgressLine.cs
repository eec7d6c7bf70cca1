using System.Globalization;
using Migrator.Fleet;
using Spectre.Console;

namespace Migrator.Cli;

/// <summary>Shows on a terminal where a run stands, several times a second.</summary>
internal static class ProgressLine
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    public static async Task<FleetReport> ShowAsync(IAnsiConsole? terminal, FleetRunner runner, Task<FleetReport> running)
    {
        if (terminal is not { Profile.Capabilities.Interactive: true }) return await running;
        return await terminal.Status().StartAsync("starting", async status =>
        {
            while (!running.IsCompleted)
            {
                status.Status(Markup.Escape(Describe(runner.Progress)));
                await Task.WhenAny(running, Task.Delay(Interval, CancellationToken.None));
            }

            return await running;
        });
    }

    internal static string Describe(FleetProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"{p.Done}{(p.Total is { } total ? $" of {total}" : "")} done, {p.Running} running, {p.Waiting} waiting for locks, {p.Failed} failed, {p.Rate:0} per second{(p.Left is { } left ? $", {left.TotalSeconds:0} s left" : "")}");
}
