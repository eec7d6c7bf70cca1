using System.Diagnostics;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Tour;

/// <summary>A customer gets a server of its own and goes back, while its people write four times a second.</summary>
public sealed class MovingDay(Customers customers, Api api)
{
    public const string Slug = "umbrella";

    private const string Blocked = "Nobody could write for ";
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly List<(string From, string To, string Said, int Rows, TimeSpan Longest)> ways = [];
    private readonly List<string> written = [];
    private TimeSpan longest;

    public async Task PlayAsync(List<string> faults, CancellationToken ct)
    {
        using var evening = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var people = WriteAsync(evening.Token);
        if (await TierAsync(ct) == "shared")
        {
            await GoAsync($"/v1/tenants/{Slug}/tier", new { tier = "dedicated" }, faults, ct);
        }

        await GoAsync($"/v1/tenants/{Slug}/move-back", new { }, faults, ct);
        await evening.CancelAsync();
        await people;

        var seen = (await customers.GetAsync(Slug, "/api/contacts", ct))!.AsArray().Select(c => c!["name"]!.GetValue<string>()).ToList();
        var lost = written.Except(seen, StringComparer.Ordinal).Count();
        var doubled = seen.Where(n => written.Contains(n, StringComparer.Ordinal)).GroupBy(n => n, StringComparer.Ordinal).Count(g => g.Count() > 1);
        if (lost > 0 || doubled > 0)
        {
            faults.Add($"of {written.Count} rows that {Slug} wrote, {lost} are lost and {doubled} are there twice");
        }

        Show(seen.Count(n => written.Contains(n, StringComparer.Ordinal)));
    }

    private async Task GoAsync(string path, object body, List<string> faults, CancellationToken ct)
    {
        var (from, before, said) = (await ServerAsync(ct), written.Count, "");
        longest = TimeSpan.Zero;
        var begun = await api.PostAsync(path, body, ct);
        await foreach (var (kind, data) in api.FollowAllAsync(begun["operation"]!.GetValue<string>(), ct))
        {
            if (kind == "log" && data["line"]!.GetValue<string>() is var line && line.StartsWith(Blocked, StringComparison.Ordinal))
            {
                said = line[Blocked.Length..].Split(" (")[0];
            }
            else if (kind == "operation" && data["operation"]!["error"]?.GetValue<string>() is { } error)
            {
                faults.Add(error);
            }
        }

        ways.Add((from, await ServerAsync(ct), said, written.Count - before, longest));
    }

    /// <summary>A write that fails is a fault of the whole story: it throws.</summary>
    private async Task WriteAsync(CancellationToken ct)
    {
        var day = Stopwatch.GetTimestamp();
        while (!ct.IsCancellationRequested)
        {
            var name = $"Moving day {day} row {written.Count}";
            var began = Stopwatch.GetTimestamp();
            await customers.AddContactAsync(Slug, name, CancellationToken.None);
            written.Add(name);
            var took = Stopwatch.GetElapsedTime(began);
            longest = took > longest ? took : longest;
            await Task.Delay(Beat, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> ServerAsync(CancellationToken ct) => (await TenantAsync(ct))["server"]!.GetValue<string>();

    private async Task<string> TierAsync(CancellationToken ct) => (await TenantAsync(ct))["tier"]!.GetValue<string>();

    private async Task<JsonNode> TenantAsync(CancellationToken ct) => (await api.GetAsync($"/v1/tenants/{Slug}", ct))!["tenant"]!;

    private void Show(int found)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("From", "To", "Nobody could write for", "Rows written meanwhile", "Longest wait of a write");
        foreach (var (from, to, said, rows, wait) in ways)
        {
            table.AddRow(from, to, said, $"{rows}", $"{wait.TotalMilliseconds:0} ms");
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine("  {0} of {1} rows are there, each once", found, written.Count);
    }
}
