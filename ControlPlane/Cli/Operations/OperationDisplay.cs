using System.Text.Json;

namespace ControlPlane.Cli.Operations;

/// <summary>Shows the progress of one operation.</summary>
internal abstract class OperationDisplay : IAsyncDisposable
{
    public static OperationDisplay None { get; } = new Silent();

    /// <summary>A live view for somebody who watches, else a line for each event.</summary>
    public static OperationDisplay For(CliConsole console, Style style) =>
        console.HasColour ? new LiveDisplay() : new LineDisplay(console.Out, style);

    /// <summary>The operation has another state or step than before.</summary>
    public abstract void Show(JsonElement shown);

    /// <summary>A step said something.</summary>
    public abstract void Log(JsonElement line);

    /// <summary>Something about the watching itself.</summary>
    public abstract void Say(string text);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Silent : OperationDisplay
    {
        public override void Show(JsonElement shown)
        {
            // The caller prints the end as JSON.
        }

        public override void Log(JsonElement line)
        {
            // The caller prints the end as JSON.
        }

        public override void Say(string text)
        {
            // The caller prints the end as JSON.
        }
    }
}
