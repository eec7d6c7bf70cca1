using System.Diagnostics;
using System.Net;
using Spectre.Console;

namespace Tour;

/// <summary>What happens, in order. Customers that are there from an earlier run keep their data.</summary>
public sealed class Story(Stage stage, CloudStage cloud, Playbill playbill) : IDisposable
{
    private const string Suspended = "globex";
    private const string Deleted = "hooli";
    private const string Interrupted = "stark";
    private const string Busy = "initech";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PurgeLimit = TimeSpan.FromMinutes(1);

    private static readonly (string Slug, string Plan)[] Cast =
        [("acme", "starter"), (Suspended, "professional"), (Busy, "free"), ("umbrella", "enterprise"), (Deleted, "starter")];

    private readonly Customers customers = new(stage.ApplicationPort);
    private Api api = null!;

    public async Task PlayAsync(CancellationToken ct)
    {
        await playbill.PlayAsync("Start", "control plane and application are ready", "/health/ready", async _ =>
        {
            api = await stage.StartControlPlaneAsync(ct);
            await stage.StartApplicationAsync(api, ct);
        });
        await PurgeAsync(Interrupted, ct);
        await playbill.PlayAsync(
            "Five customers", "each is onboarded and answers at its own host name", "./ctl tenants list", faults => OnboardAsync(faults, ct));
        await playbill.PlayAsync(
            "Own data only", "five databases, and nobody sees another's contacts", "http://acme.localhost:" + stage.ApplicationPort, faults => CompareAsync(faults, ct));
        await playbill.PlayAsync(
            "Suspend and resume", $"{Suspended} gets 403, the others are served; then it works again", $"./ctl tenants suspend {Suspended}", faults => SuspendAsync(faults, ct));
        await playbill.PlayAsync(
            "Delete", $"{Deleted} is closed, its database and roles are gone", "./ctl operations list", faults => DeleteAsync(faults, ct));
        await playbill.PlayAsync(
            "Limits", $"{Busy} uses up the requests of its plan and gets 429 and when to come back; the others are served", "./ctl plans list", faults => LimitAsync(faults, ct));
        await playbill.PlayAsync(
            "Kill the control plane", $"killed while {Interrupted} is onboarded: no customer notices in {Absence.TotalSeconds:0} s, and it is finished after the restart", "./ctl operations list", faults => KillAsync(faults, ct));
        await playbill.PlayAsync(
            "Moving day",
            $"{MovingDay.Slug} gets a server of its own and goes back, and writes four times a second meanwhile: no write fails, every row is there",
            $"./ctl tenants tier {MovingDay.Slug} dedicated --wait",
            faults => new MovingDay(customers, api).PlayAsync(faults, ct));
        await new SecondAct(cloud, playbill).PlayAsync(api, ct);
        await playbill.PlayAsync(
            "Look back", "the audit chain is whole, nothing differs from the catalog", "./ctl audit verify, ./ctl doctor", faults => LookBackAsync(faults, ct));
    }

    public void Dispose() => customers.Dispose();

    private async Task OnboardAsync(List<string> faults, CancellationToken ct)
    {
        var coming = new List<(string Slug, string Operation)>();
        foreach (var (slug, plan) in Cast)
        {
            if (await StateAsync(slug, ct) is "active")
            {
                AnsiConsole.MarkupLine("  {0} is here from an earlier run and keeps its data", slug);
                continue;
            }

            var made = await api.PostAsync("/v1/tenants", new { slug, plan }, ct);
            coming.Add((slug, made["operation"]!.GetValue<string>()));
        }

        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(progress => Task.WhenAll(coming.Select(c => WatchAsync(progress.AddTask(c.Slug), c.Slug, c.Operation, faults, ct))));
        foreach (var (slug, _) in Cast)
        {
            var status = await customers.UntilAsync(slug, "/", HttpStatusCode.OK, Soon, ct);
            if (status != HttpStatusCode.OK)
            {
                faults.Add($"{customers.Address(slug)} answers {(int)status} instead of 200");
            }
        }
    }

    private async Task WatchAsync(ProgressTask bar, string slug, string operation, List<string> faults, CancellationToken ct)
    {
        await foreach (var state in api.FollowAsync(operation, ct))
        {
            var steps = state["steps"]!.AsArray();
            var done = steps.Count(s => s!["state"]?.GetValue<string>() == "done");
            bar.MaxValue = steps.Count;
            bar.Value = done;
            bar.Description = $"{slug,-10} {(done < steps.Count ? steps[done]!["name"] : "open")}";
            if (state["operation"]!["error"]?.GetValue<string>() is { } error)
            {
                faults.Add(error);
            }
        }
    }

    private async Task CompareAsync(List<string> faults, CancellationToken ct)
    {
        var databases = new HashSet<string>(StringComparer.Ordinal);
        var marks = Cast.ToDictionary(c => c.Slug, c => $"Only For {c.Slug}", StringComparer.Ordinal);
        foreach (var (slug, mark) in marks)
        {
            var who = await customers.GetAsync(slug, "/api/whoami", ct);
            if (who!["slug"]!.GetValue<string>() != slug || !databases.Add(who["database"]!.GetValue<string>()))
            {
                faults.Add($"{slug} is served as {who["slug"]} from {who["database"]}");
            }

            if (!(await ContactsAsync(slug, ct)).Contains(mark, StringComparison.Ordinal))
            {
                await customers.AddContactAsync(slug, mark, ct);
            }
        }

        foreach (var slug in marks.Keys)
        {
            var seen = await ContactsAsync(slug, ct);
            faults.AddRange(marks.Where(m => seen.Contains(m.Value, StringComparison.Ordinal) != (m.Key == slug)).Select(m => $"{slug} sees '{m.Value}' wrongly"));
        }
    }

    private async Task<string> ContactsAsync(string slug, CancellationToken ct) =>
        (await customers.GetAsync(slug, "/api/contacts", ct))!.ToJsonString();

    private async Task SuspendAsync(List<string> faults, CancellationToken ct)
    {
        await api.PostAsync($"/v1/tenants/{Suspended}/suspend", new { because = "the story says so" }, ct);
        await ExpectAsync(faults, Suspended, HttpStatusCode.Forbidden, ct);
        foreach (var (slug, _) in Cast.Where(c => c.Slug != Suspended))
        {
            await ExpectAsync(faults, slug, HttpStatusCode.OK, ct);
        }

        await api.PostAsync($"/v1/tenants/{Suspended}/resume", new { }, ct);
        await ExpectAsync(faults, Suspended, HttpStatusCode.OK, ct);
    }

    private async Task DeleteAsync(List<string> faults, CancellationToken ct)
    {
        var database = (await api.GetAsync($"/v1/tenants/{Deleted}", ct))!["tenant"]!["database"]!.GetValue<string>();
        await PurgeAsync(Deleted, ct);
        await ExpectAsync(faults, Deleted, HttpStatusCode.NotFound, ct);
        if (await StateAsync(Deleted, ct) is not "purged")
        {
            faults.Add($"{Deleted} is not purged");
        }

        AnsiConsole.MarkupLine("  database {0} and its roles are dropped, the last dump is gone with the grace time", database);
    }

    private async Task KillAsync(List<string> faults, CancellationToken ct)
    {
        var made = await api.PostAsync("/v1/tenants", new { slug = Interrupted, plan = "professional" }, ct);
        await stage.KillControlPlaneAsync();
        AnsiConsole.MarkupLine("  control plane killed (SIGKILL) the moment it had accepted {0}", Interrupted);
        await DoWithoutAsync(faults, ct);
        api = await stage.StartControlPlaneAsync(ct);
        await AnsiConsole.Status().StartAsync(
            "  restarted; the dead process's lease must run out first (20 s)",
            async status =>
            {
                await foreach (var state in api.FollowAsync(made["operation"]!.GetValue<string>(), ct))
                {
                    var operation = state["operation"]!;
                    status.Status = $"  {Interrupted}: {operation["state"]}, step {operation["step"]}";
                    if (operation["finishedAt"] is not null && operation["state"]!.GetValue<string>() != "done")
                    {
                        faults.Add($"the onboarding ended {operation["state"]}: {operation["error"]}");
                    }
                }
            });
        await ExpectAsync(faults, Interrupted, HttpStatusCode.OK, ct);
        await ExpectAsync(faults, "acme", HttpStatusCode.OK, ct);
    }

    /// <summary>Customers go on with their work while there is no control plane.</summary>
    private async Task DoWithoutAsync(List<string> faults, CancellationToken ct)
    {
        var (away, asked) = (Stopwatch.StartNew(), 0);
        while (away.Elapsed < Absence)
        {
            foreach (var slug in new[] { "acme", Suspended, "umbrella" })
            {
                asked++;
                if (await customers.AskAsync(slug, "/", ct) is var (status, _) && status != HttpStatusCode.OK)
                {
                    faults.Add($"{customers.Address(slug)} answered {(int)status} while the control plane was away");
                }
            }

            await Task.Delay(100, ct);
        }

        AnsiConsole.MarkupLine("  acme, {0} and umbrella asked {1} times while it was away, and were served", Suspended, asked);
    }

    private async Task LimitAsync(List<string> faults, CancellationToken ct)
    {
        var allowed = (await api.GetAsync("/v1/plans/free", ct))!["requestsPerHour"]!.GetValue<int>();
        for (var request = 1; request <= allowed + 1; request++)
        {
            var (status, retryAfter) = await customers.AskAsync(Busy, "/api/whoami", ct);
            if (status == HttpStatusCode.TooManyRequests)
            {
                AnsiConsole.MarkupLine("  {0}: 429, come back in {1} s; its plan allows {2} requests an hour", Busy, retryAfter?.TotalSeconds ?? 0, allowed);
                if (retryAfter is null)
                {
                    faults.Add("429 came without Retry-After");
                }

                await ExpectAsync(faults, "acme", HttpStatusCode.OK, ct);
                return;
            }
        }

        faults.Add($"{Busy} was served more often than the {allowed} times an hour of its plan");
    }

    private async Task LookBackAsync(List<string> faults, CancellationToken ct)
    {
        var server = (await api.GetAsync("/v1/servers", ct))!["items"]!.AsArray().Select(s => s!["name"]!.GetValue<string>()).Single(n => n == "shared-1");
        var reconciliation = await api.PostAsync($"/v1/servers/{server}/reconcile", new { }, ct);
        await foreach (var _ in api.FollowAsync(reconciliation["operation"]!.GetValue<string>(), ct))
        {
            // Its findings are read below.
        }

        var findings = (await api.GetAsync("/v1/findings", ct))!["items"]!.AsArray();
        faults.AddRange(findings.Select(f => $"finding {f!["kind"]}: {f["detail"]}"));
        var verdict = await api.GetAsync("/v1/audit/verify", ct);
        if (verdict!["whole"]?.GetValue<bool>() != true)
        {
            faults.Add($"the audit chain is broken: {verdict.ToJsonString()}");
        }
    }

    private async Task ExpectAsync(List<string> faults, string slug, HttpStatusCode wanted, CancellationToken ct)
    {
        var status = await customers.UntilAsync(slug, "/", wanted, Soon, ct);
        if (status != wanted)
        {
            faults.Add($"{customers.Address(slug)} answers {(int)status} instead of {(int)wanted} after {Soon.TotalSeconds} s");
        }
    }

    /// <summary>Deletes a tenant without any grace time and waits until nothing is left; fine when there is none.</summary>
    private async Task PurgeAsync(string slug, CancellationToken ct)
    {
        if (await StateAsync(slug, ct) is not ("active" or "suspended"))
        {
            return;
        }

        var deletion = await api.SendAsync(HttpMethod.Delete, $"/v1/tenants/{slug}?graceHours=0", body: null, ct);
        await foreach (var _ in api.FollowAsync(deletion["operation"]!.GetValue<string>(), ct))
        {
            // Only its end matters here.
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(PurgeLimit);
        while (await StateAsync(slug, limit.Token) is not "purged")
        {
            await Task.Delay(100, limit.Token);
        }
    }

    private async Task<string?> StateAsync(string slug, CancellationToken ct) =>
        (await api.GetAsync($"/v1/tenants/{slug}", ct))?["tenant"]?["state"]?.GetValue<string>();
}
