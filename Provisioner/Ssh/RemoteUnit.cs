using System.Diagnostics;

namespace Provisioner.Ssh;

/// <summary>
/// Long work on a host as a systemd unit with a name. It goes on when the connection or this process ends, and a second attempt
/// under the same name finds it: running, it is followed further; done, its result is taken.
/// </summary>
/// <param name="name">Derived from what the work is for, so that a repeated step finds its earlier self; letters, digits, dashes.</param>
public sealed class RemoteUnit(SshTarget target, SshKeyPair key, string name)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly string unit = name.Length is > 0 and <= 200 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? name + ".service"
        : throw new ArgumentException($"'{name}' cannot name a unit: use letters, digits, dashes and underscores.", nameof(name));

    /// <summary>How long a host may be out of reach before the attempt ends; the next attempt finds the unit again.</summary>
    public TimeSpan ReconnectLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Starts the command as root, or finds it, and follows it to its end; returns its exit code, 128 and a signal's number where one ended it.</summary>
    /// <param name="onLine">Called with each line that it writes; those that an earlier attempt saw come again.</param>
    /// <exception cref="SshUnreachableException">Transient: the work may be running.</exception>
    public async Task<int> RunAsync(RemoteCommand command, Action<string> onLine, CancellationToken ct)
    {
        if (command.Input is not null)
        {
            throw new ArgumentException("A unit has no input; upload a file instead.", nameof(command));
        }

        var watch = new UnitWatch(unit, onLine);
        var outOfReach = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = await SshConnection.OpenAsync(target, key, ct);
                return await FollowAsync(connection, command, watch, outOfReach, ct);
            }
            catch (SshUnreachableException) when (outOfReach.Elapsed < ReconnectLimit)
            {
                await Task.Delay(LongestPause, ct);
            }
        }
    }

    /// <summary>Ends the unit if it runs, and lets the host forget it, so that the name can be used anew; call it when the result is kept.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var connection = await SshConnection.OpenAsync(target, key, ct);
        await connection.RunAsync(Root("systemctl", "stop", unit), ct);
        // A failed unit is forgotten by this and no other word; one that is forgotten already needs it no more.
        await connection.RunAsync(Root("systemctl", "reset-failed", unit), ct);
        var state = await new UnitWatch(unit, _ => { }).LookAsync(connection, ct);
        if (state.IsLoaded)
        {
            throw new RemoteCommandException($"Could not let the host forget {unit}", target.Alias, state.ExitCode, state.ToString());
        }
    }

    /// <summary>The service manager would put variables in.</summary>
    private static string Literal(string argument) => argument.Replace("$", "$$", StringComparison.Ordinal);

    private static RemoteCommand Root(string program, params string[] arguments) => new(program, arguments) { AsRoot = true };

    private async Task<int> FollowAsync(SshConnection connection, RemoteCommand command, UnitWatch watch, Stopwatch outOfReach, CancellationToken ct)
    {
        var pause = ShortestPause;
        while (true)
        {
            var state = await watch.LookAsync(connection, ct);
            outOfReach.Restart();
            if (!state.IsLoaded)
            {
                // Never started, or the host was restarted and what it did is unknown: doing it again is what a step must bear.
                await StartAsync(connection, command, ct);
            }
            else if (state.HasEnded)
            {
                return state.ExitCode;
            }
            else
            {
                await Task.Delay(pause, ct);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 3 / 2, LongestPause.Ticks));
            }
        }
    }

    private async Task StartAsync(SshConnection connection, RemoteCommand command, CancellationToken ct)
    {
        var start = Root(
            "systemd-run",
            [
                $"--unit={unit}", "--remain-after-exit", "--quiet", "--property=LogRateLimitIntervalSec=0",
                "--setenv=LC_ALL=C.UTF-8", "--setenv=HOME=/root", "--", command.Program, .. command.Arguments.Select(Literal),
            ]);
        var started = await connection.RunAsync(start, ct);
        if (!started.Succeeded && !(await new UnitWatch(unit, _ => { }).LookAsync(connection, ct)).IsLoaded)
        {
            started.OrThrow($"Could not start {unit}");
        }
    }
}
