using Spectre.Console;
using Tour;

if (TourOptions.Parse(args) is not { } options)
{
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM,
    signal =>
    {
        signal.Cancel = true;
        stop.Cancel();
    });

await using var stage = new Stage(options);
await using var cloud = new CloudStage(options.Data);
try
{
    var table = new Playbill();
    await new Story(stage, cloud, table).PlayAsync(stop.Token);
    table.Show();
    if (!options.Exit)
    {
        table.ShowWhereToLook(stage, cloud);
        await Task.Delay(Timeout.Infinite, stop.Token);
    }

    return table.AllHeld ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    AnsiConsole.MarkupLine("[grey]Stopping. What was made stays in {0} for the next time.[/]", Markup.Escape(options.Data));
    return 0;
}
catch (StageException failed)
{
    AnsiConsole.MarkupLine("[red]{0}[/]", Markup.Escape(failed.Message));
    return 1;
}
