namespace ControlPlane.Servers.Machines;

/// <summary>Says how long the present task has been going on, while it says nothing itself: whoever watches sees that it lives.</summary>
public sealed class SignOfLife : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource ending = new();
    private readonly Task saying;
    private volatile string task;
    private long begun = TimeProvider.System.GetTimestamp();

    /// <param name="first">What is done until <see cref="Begin"/> says otherwise.</param>
    public SignOfLife(string first, Action<string> say)
    {
        task = first;
        saying = SayAsync(say);
    }

    /// <summary>Another task has begun.</summary>
    public void Begin(string name)
    {
        task = name;
        Interlocked.Exchange(ref begun, TimeProvider.System.GetTimestamp());
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await saying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task SayAsync(Action<string> say)
    {
        using var timer = new PeriodicTimer(Silence);
        while (await timer.WaitForNextTickAsync(ending.Token))
        {
            var since = TimeProvider.System.GetElapsedTime(Interlocked.Read(ref begun));
            if (since >= Silence)
            {
                say($"{task}: {since.TotalSeconds:0} s so far");
            }
        }
    }
}
