namespace Provisioner.Hetzner.Actions;

/// <summary>Waits for what Hetzner does after it has answered. However many wait, one request asks for 25 actions at once.</summary>
public sealed class HetznerActions
{
    private readonly HetznerApi api;
    private readonly ActionPoller poller;
    private readonly TimeSpan limit;
    private readonly TimeProvider time;

    internal HetznerActions(HetznerApi api, ActionPoller poller, TimeSpan limit, TimeProvider time) => (this.api, this.poller, this.limit, this.time) = (api, poller, limit, time);

    /// <exception cref="HetznerException"><c>not_found</c>.</exception>
    public Task<HetznerAction> GetAsync(long id, CancellationToken ct) => api.GetAsync($"actions/{id}", a => a.One("action", HetznerJson.Default.HetznerAction), ct);

    /// <summary>Returns when all have succeeded; those that had finished when they were read cost no request.</summary>
    /// <inheritdoc cref="WaitAsync(IEnumerable{long}, CancellationToken)"/>
    public async Task<IReadOnlyList<HetznerAction>> WaitAsync(IReadOnlyList<HetznerAction> actions, CancellationToken ct)
    {
        var finished = actions.Where(a => !a.IsRunning).ToList();
        return [.. Judge(finished), .. await WaitAsync(actions.Where(a => a.IsRunning).Select(a => a.Id), ct)];
    }

    /// <summary>Returns when all have succeeded.</summary>
    /// <exception cref="ActionFailedException">One of them failed; the others have ended too.</exception>
    /// <exception cref="HetznerException"><c>action_stuck</c>: one still runs after the limit of the options. Waiting again goes on.</exception>
    public async Task<IReadOnlyList<HetznerAction>> WaitAsync(IEnumerable<long> ids, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        var waiting = ids.Distinct().ToDictionary(id => id, id => poller.WaitAsync(id, either.Token));
        try
        {
            return Judge(await Task.WhenAll(waiting.Values));
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested && late.IsCancellationRequested)
        {
            var stuck = string.Join(", ", waiting.Where(w => w.Value.IsCanceled).Select(w => w.Key));
            throw new HetznerException(HetznerErrors.ActionStuck, $"Hetzner still works on action {stuck} after {limit.TotalMinutes:0.#} min. Look at it in the console and at https://status.hetzner.com; a retry goes on waiting.", e) { IsTransient = true };
        }
    }

    private static IReadOnlyList<HetznerAction> Judge(IReadOnlyList<HetznerAction> finished) =>
        finished.FirstOrDefault(a => !a.HasSucceeded) is { } failed ? throw new ActionFailedException(failed) : finished;
}
