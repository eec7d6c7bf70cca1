using System.Runtime.InteropServices;

namespace Migrator.Cli;

/// <summary>Ctrl-C or SIGTERM once: finish what runs. Twice: break it off.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations;

    public Interrupts(CancellationTokenSource stop, CancellationTokenSource abort, TextWriter messages)
    {
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (stop.IsCancellationRequested)
            {
                abort.Cancel();
                return;
            }

            messages.WriteLine("Finishing the databases that are being migrated; once more to break them off.");
            stop.Cancel();
        }))];
    }

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());
}
