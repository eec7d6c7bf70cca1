using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ControlPlane.Cli.Operations;

/// <summary>The steps as a list that moves: what is done and how long it took, what runs, what is still to come.</summary>
internal sealed class LiveDisplay : OperationDisplay
{
    private static readonly string[] Spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(80);

    private readonly Lock changing = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Task drawing;
    private JsonElement? latest;
    private string said = "";
    private int frame;

    public LiveDisplay() => drawing = DrawAsync();

    public override void Show(JsonElement shown)
    {
        lock (changing)
        {
            latest = shown.Clone();
            said = shown.GetProperty("operation").TextOf("status");
        }
    }

    public override void Log(JsonElement line) => Say(line.TextOf("line"));

    public override void Say(string text)
    {
        lock (changing)
        {
            said = text;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await drawing;
        ending.Dispose();
    }

    private Task DrawAsync() => AnsiConsole.Live(Picture()).StartAsync(async live =>
    {
        using var ticks = new PeriodicTimer(Frame);
        while (!ending.IsCancellationRequested)
        {
            live.UpdateTarget(Picture());
            frame++;
            try
            {
                await ticks.WaitForNextTickAsync(ending.Token);
            }
            catch (OperationCanceledException)
            {
                // The end; what is drawn last is what stays.
            }
        }

        live.UpdateTarget(Picture());
    });

    private IRenderable Picture()
    {
        lock (changing)
        {
            if (latest is not { } shown)
            {
                return new Text("");
            }

            var operation = shown.GetProperty("operation");
            var rows = new List<IRenderable>
            {
                new Markup($"[bold]{Markup.Escape(Words.Of(operation.TextOf("workflow")))}[/] of [bold]{Markup.Escape(operation.TextOf("subject"))}[/]  [dim]{operation.TextOf("id")}[/]"),
            };
            rows.AddRange(shown.GetProperty("steps").EnumerateArray().Select(Line));
            return new Rows(rows);
        }
    }

    private Markup Line(JsonElement step)
    {
        var name = Markup.Escape(Words.Of(step.TextOf("name")).PadRight(28));
        var took = step.TimeOf("finishedAt") - step.TimeOf("startedAt");
        var time = took is { } t ? $" [dim]{Words.Took(t),8}[/]" : "";
        var note = Markup.Escape(said.Length > 60 ? $"{said[..59]}…" : said);
        return new Markup(step.TextOf("state") switch
        {
            "done" => $"  [green]✓[/] {name}{time}",
            "running" or "waiting" => $"  [yellow]{Spinner[frame % Spinner.Length]}[/] {name} [dim]{note}[/]",
            "failed" or "undo_failed" => $"  [red]✗[/] {name}{time} [red]{Markup.Escape(step.TextOf("error"))}[/]",
            "undone" => $"  [yellow]↺[/] {name}{time} [dim]undone[/]",
            _ => $"  [dim]· {name}[/]",
        });
    }
}
