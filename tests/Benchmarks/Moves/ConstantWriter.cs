using System.Diagnostics;
using Tour;

namespace Benchmarks.Moves;

/// <summary>Somebody who writes all the time through the application, and times it.</summary>
internal sealed class ConstantWriter : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task writing;
    private long longest;

    public ConstantWriter(Customers customers, string slug) => writing = Task.Run(() => WriteAsync(customers, slug));

    public int Written { get; private set; }

    public int Failed { get; private set; }

    /// <summary>The longest request since this was asked last.</summary>
    public TimeSpan TakeLongest() => TimeSpan.FromTicks(Interlocked.Exchange(ref longest, 0));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await writing;
        stop.Dispose();
    }

    private async Task WriteAsync(Customers customers, string slug)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await customers.AddContactAsync(slug, $"writer row {n}", CancellationToken.None);
                Written++;
            }
            catch (HttpRequestException e)
            {
                Failed++;
                await Console.Error.WriteLineAsync($"a request failed: {e.Message}");
            }

            Interlocked.Exchange(ref longest, Math.Max(Interlocked.Read(ref longest), Stopwatch.GetElapsedTime(began).Ticks));
        }
    }
}
