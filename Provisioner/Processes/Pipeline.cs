using System.Diagnostics;

namespace Provisioner.Processes;

/// <summary>Programs of which each reads what the one before it writes, so that nothing of it is ever on disk.</summary>
internal sealed class Pipeline(params IReadOnlyList<Command> commands)
{
    /// <summary>Runs them to their ends. When one stops reading, those before it are ended.</summary>
    /// <param name="first">What the last of them reads before all else.</param>
    /// <returns>The result of the one that failed first, which is why others failed too; where none did, that of the last one.</returns>
    public async Task<CommandResult> RunAsync(string first, CancellationToken ct)
    {
        var running = new List<Process>();
        try
        {
            foreach (var command in commands)
            {
                running.Add(command.Start());
            }

            var errors = running.Select(p => p.StandardError.ReadToEndAsync(ct)).ToList();
            var output = running[^1].StandardOutput.ReadToEndAsync(ct);
            running[0].StandardInput.Close();
            await TryAsync(() => running[^1].StandardInput.WriteAsync(first.AsMemory(), ct));
            await TryAsync(() => running[^1].StandardInput.FlushAsync(ct));
            var failed = new List<int>();
            await Task.WhenAll(Enumerable.Range(0, running.Count - 1).Select(i => CarryAsync(running, i, failed, ct)));
            await running[^1].WaitForExitAsync(ct);
            var told = failed.Count > 0 ? failed[0] : running.Count - 1;
            return new CommandResult(commands[told].Program, running[told].ExitCode, told == running.Count - 1 ? await output : "", await errors[told]);
        }
        finally
        {
            foreach (var process in running)
            {
                Kill(process);
                process.Dispose();
            }
        }
    }

    /// <summary>Who reads sees the end only when it is known how the writer has ended; so failures are noted in their order.</summary>
    private static async Task CarryAsync(List<Process> running, int i, List<int> failed, CancellationToken ct)
    {
        var (writer, reader) = (running[i], running[i + 1]);
        if (!await TryAsync(() => writer.StandardOutput.BaseStream.CopyToAsync(reader.StandardInput.BaseStream, ct)))
        {
            await EndAsync(i + 1);
            Kill(writer);
        }

        await EndAsync(i);
        await TryAsync(() =>
        {
            reader.StandardInput.Close();
            return Task.CompletedTask;
        });

        async Task EndAsync(int n)
        {
            await running[n].WaitForExitAsync(ct);
            lock (failed)
            {
                if (running[n].ExitCode != 0 && !failed.Contains(n))
                {
                    failed.Add(n);
                }
            }
        }
    }

    /// <summary>False when nobody reads any more.</summary>
    private static async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
