using System.Diagnostics;
using System.Net;
using Tour;

namespace Benchmarks.Moves;

/// <summary>People of one tenant who write and read all the time through the application, and how that goes.</summary>
internal sealed class ConstantUse : IAsyncDisposable
{
    /// <summary>Each rests so long after an answer: who asks without a pause measures the processor.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource stop = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Customers customers;
    private readonly string slug;
    private readonly Task people;
    private long longest;
    private int requests;
    private int failed;
    private int written;

    public ConstantUse(Customers customers, string slug, int writers, int readers)
    {
        (this.customers, this.slug) = (customers, slug);
        people = Task.WhenAll([.. Enumerable.Range(0, writers).Select(w => RepeatAsync(() => WriteAsync(w))), .. Enumerable.Range(0, readers).Select(_ => RepeatAsync(ReadAsync))]);
    }

    public int Requests => requests;

    public int Failed => failed;

    /// <summary>Rows that the application said it has stored.</summary>
    public int Written => written;

    /// <summary>The longest request since this was asked last.</summary>
    public TimeSpan TakeLongest() => TimeSpan.FromTicks(Interlocked.Exchange(ref longest, 0));

    /// <summary>Requests a second from then to now.</summary>
    public double RateSince((int Requests, TimeSpan At) then) => (requests - then.Requests) / (clock.Elapsed - then.At).TotalSeconds;

    public (int Requests, TimeSpan At) Now() => (requests, clock.Elapsed);

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

    private async Task RepeatAsync(Func<Task> request)
    {
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await request();
            }
            catch (HttpRequestException e)
            {
                Interlocked.Increment(ref failed);
                await Console.Error.WriteLineAsync($"a request of {slug} failed: {e.Message}");
            }

            Interlocked.Increment(ref requests);
            var took = Stopwatch.GetElapsedTime(began).Ticks;
            for (var known = Interlocked.Read(ref longest); took > known; known = Interlocked.Read(ref longest))
            {
                Interlocked.CompareExchange(ref longest, took, known);
            }

            await Task.Delay(Pace, CancellationToken.None);
        }
    }

    private async Task WriteAsync(int writer)
    {
        await customers.AddContactAsync(slug, $"writer {writer} {Guid.CreateVersion7()}", CancellationToken.None);
        Interlocked.Increment(ref written);
    }

    private async Task ReadAsync()
    {
        if ((await customers.AskAsync(slug, "/api/whoami", CancellationToken.None)).Status is var status and not HttpStatusCode.OK)
        {
            throw new HttpRequestException($"{status}");
        }
    }
}
