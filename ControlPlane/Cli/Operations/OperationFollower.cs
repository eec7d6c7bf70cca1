using System.Net.ServerSentEvents;
using System.Text.Json;

namespace ControlPlane.Cli.Operations;

/// <summary>
/// Follows an operation until it ends or stops for an operator. When the control plane goes away meanwhile, it waits for it to
/// come back: the work goes on.
/// </summary>
internal sealed class OperationFollower(ApiClient api, Report report, CliConsole console)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>Shows what happens until the operation ends, stops, or the time is up.</summary>
    /// <param name="timeout">Null waits as long as it takes.</param>
    /// <returns>The operation as it is then, as <c>GET /v1/operations/{id}</c> shows it.</returns>
    public async Task<JsonElement> FollowAsync(string id, TimeSpan? timeout, CancellationToken ct)
    {
        var path = $"/v1/operations/{id}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (timeout is { } most)
        {
            limit.CancelAfter(most);
        }

        var latest = await api.GetAsync(path, ct);
        await using var view = report.IsJson ? OperationDisplay.None : OperationDisplay.For(console, report.Style);
        view.Show(latest);
        try
        {
            while (!HasEnded(latest))
            {
                await WatchAsync(path, view, limit.Token);
                latest = await ReadAgainAsync(path, limit.Token);
                view.Show(latest);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            view.Say("Not waiting any longer; the work goes on.");
        }

        return latest;
    }

    public static bool HasEnded(JsonElement shown) =>
        shown.GetProperty("operation").TextOf("state") is "done" or "undone" or "cancelled" or "needs_operator";

    /// <summary>Shows what comes until the stream ends, breaks or falls silent.</summary>
    private async Task WatchAsync(string path, OperationDisplay view, CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        silence.CancelAfter(Silence);
        try
        {
            await using var stream = await api.OpenEventsAsync($"{path}/events", silence.Token);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(silence.Token))
            {
                silence.CancelAfter(Silence);
                if (item.EventType is not ("operation" or "log"))
                {
                    continue;
                }

                using var data = JsonDocument.Parse(item.Data);
                if (item.EventType == "operation")
                {
                    view.Show(data.RootElement);
                }
                else
                {
                    view.Log(data.RootElement);
                }
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            view.Say("The connection was lost; looking again.");
        }
    }

    private async Task<JsonElement> ReadAgainAsync(string path, CancellationToken ct)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await api.GetAsync(path, ct);
            }
            catch (CliException error) when (error.Document is null && TimeProvider.System.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), ct);
            }
        }
    }
}
