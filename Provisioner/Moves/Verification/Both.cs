namespace Provisioner.Moves;

/// <summary>The same work on both sides at once.</summary>
internal static class Both
{
    /// <summary>When one side fails the other is stopped, and the failure is thrown.</summary>
    public static async Task<(T Source, T Target)> RunAsync<T>(Func<CancellationToken, Task<T>> source, Func<CancellationToken, Task<T>> target, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var first = Task.Run(() => OneAsync(source), ct);
        var second = Task.Run(() => OneAsync(target), ct);

        // Of one that failed and one that was stopped, this throws the failure.
        await Task.WhenAll(first, second);
        return (await first, await second);

        async Task<T> OneAsync(Func<CancellationToken, Task<T>> act)
        {
            try
            {
                return await act(stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }
}
