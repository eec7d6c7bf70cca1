using System.Threading.Channels;

namespace ControlPlane.Catalog;

/// <summary>Collects the signals of one channel of <see cref="CatalogEvents"/> for one reader.</summary>
public sealed class CatalogFollower(Action<CatalogFollower> stop, CancellationToken ended) : IDisposable
{
    // A reader looks at the catalog, not at the signals, so losing old ones loses nothing.
    private readonly Channel<string> inbox = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Nothing more comes: this process is to stop.</summary>
    public bool HasEnded => ended.IsCancellationRequested;

    /// <summary>
    /// Waits for a signal, but no longer than <paramref name="patience"/>; answers all payloads that have come. An empty
    /// payload means that some may have been missed.
    /// </summary>
    public async Task<IReadOnlyCollection<string>> NextAsync(TimeSpan patience, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, ended);
        limit.CancelAfter(patience);
        try
        {
            await inbox.Reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return [];
        }

        var payloads = new HashSet<string>(StringComparer.Ordinal);
        while (inbox.Reader.TryRead(out var payload))
        {
            payloads.Add(payload);
        }

        return payloads;
    }

    public void Dispose() => stop(this);

    internal void Signal(string payload) => inbox.Writer.TryWrite(payload);
}
