using System.Diagnostics;
using Spectre.Console;

namespace Tour;

/// <summary>The acts of the story: what was checked, whether it held, how long it took.</summary>
public sealed class Playbill
{
    private readonly List<Act> acts = [];

    public bool AllHeld => acts.Count > 0 && acts.TrueForAll(a => a.Faults.Count == 0);

    /// <summary>Plays one act. What it returns are the checks that did not hold, in words.</summary>
    public async Task PlayAsync(string title, string checks, string lookAt, Func<List<string>, Task> play)
    {
        AnsiConsole.MarkupLine("[bold]{0}[/]", Markup.Escape(title));
        var clock = Stopwatch.StartNew();
        var faults = new List<string>();
        await play(faults);
        acts.Add(new Act(title, checks, lookAt, clock.Elapsed, faults));
        foreach (var fault in faults)
        {
            AnsiConsole.MarkupLine("  [red]✗ {0}[/]", Markup.Escape(fault));
        }

        if (faults.Count == 0)
        {
            AnsiConsole.MarkupLine("  [green]✓[/] {0} [grey]({1})[/]", Markup.Escape(checks), Took(clock.Elapsed));
        }
    }

    public void Show()
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("Act", "Checked", "Held");
        table.AddColumn(new TableColumn("Took").RightAligned());
        table.AddColumn("Look next");
        foreach (var act in acts)
        {
            table.AddRow(
                Markup.Escape(act.Title),
                Markup.Escape(act.Checks),
                act.Faults.Count == 0 ? "[green]yes[/]" : "[red]no[/]",
                Took(act.Took),
                $"[grey]{Markup.Escape(act.LookAt)}[/]");
        }

        AnsiConsole.WriteLine();
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine(AllHeld ? "[green]Every check held.[/]" : "[red]Not every check held.[/]");
    }

    public void ShowWhereToLook(Stage stage, CloudStage cloud)
    {
        AnsiConsole.MarkupLine(
            "[bold]It stays up until Ctrl-C.[/] A customer: [link]http://acme.localhost:{0}[/]   the dashboard: [link]{1}[/] (sign in with the key in .data/admin.key)   the interface: [link]{1}openapi/v1.json[/]",
            stage.ApplicationPort,
            stage.ControlPlaneUrl);
        if (cloud.ControlPlaneUrl is { } second)
        {
            AnsiConsole.MarkupLine("The second act's control plane: [yellow]CONTROLPLANE_URL={0} CONTROLPLANE_KEY_FILE={1} ./ctl servers list[/]", second, Markup.Escape(cloud.KeyFile));
        }

        AnsiConsole.MarkupLine("Try: [yellow]./ctl tenants list[/]   [yellow]./ctl tenants create wayne --plan starter --wait[/]   [yellow]./ctl doctor[/]");
    }

    private static string Took(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds:0} ms" : $"{time.TotalSeconds:0.0} s";

    private sealed record Act(string Title, string Checks, string LookAt, TimeSpan Took, List<string> Faults);
}
