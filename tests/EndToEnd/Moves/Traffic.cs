using System.Collections.Concurrent;
using System.Diagnostics;
using EndToEnd.World;

namespace EndToEnd.Moves;

/// <summary>People of one tenant who write and read all the time, through the application, and remember what they were told.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    /// <summary>Whoever is refused does not ask again at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<string> written = [];
    private readonly ConcurrentBag<string> failures = [];
    private readonly Task people;
    private readonly TimeSpan pace;
    private long requests;
    private long slowest;

    /// <param name="pace">How long each rests after a request.</param>
    public Traffic(Crm crm, string slug, int writers = 4, int readers = 8, TimeSpan pace = default)
    {
        this.pace = pace;
        people = Task.WhenAll([.. Enumerable.Range(0, writers).Select(w => WriteAsync(crm, slug, w)), .. Enumerable.Range(0, readers).Select(_ => ReadAsync(crm, slug))]);
    }

    /// <summary>Names of the contacts that the application said it has stored.</summary>
    public IReadOnlyCollection<string> Written => written;

    public IReadOnlyCollection<string> Failures => failures;

    public long Requests => Interlocked.Read(ref requests);

    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref slowest));

    /// <summary>Waits until so many more requests were answered.</summary>
    public Task GoOnAsync(int more)
    {
        var wanted = Requests + more;
        return Support.Eventually.Async(() => Requests >= wanted || people.IsCompleted, TimeSpan.FromMinutes(1), $"{more} more requests are answered");
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await people;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task WriteAsync(Crm crm, string slug, int writer)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var name = $"writer {writer} of {slug} row {n}";
            await DoAsync(async () =>
            {
                await crm.AddContactAsync(slug, name);
                written.Add(name);
            });
        }
    }

    private async Task ReadAsync(Crm crm, string slug)
    {
        while (!stop.IsCancellationRequested)
        {
            await DoAsync(async () => (await crm.GetAsync(slug, "/api/whoami")).Status.ShouldBe(200));
        }
    }

    private async Task DoAsync(Func<Task> request)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await request();
        }
        catch (Exception e)
        {
            failures.Add(e.Message);
            await Task.Delay(Pause, CancellationToken.None);
        }

        var took = Stopwatch.GetElapsedTime(began).Ticks;
        for (var known = Interlocked.Read(ref slowest); took > known; known = Interlocked.Read(ref slowest))
        {
            Interlocked.CompareExchange(ref slowest, took, known);
        }

        Interlocked.Increment(ref requests);
        if (pace > TimeSpan.Zero)
        {
            await Task.Delay(pace, CancellationToken.None);
        }
    }
}
