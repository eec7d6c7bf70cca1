using System.Text.Json;

namespace ControlPlane.Cli.Operations;

/// <summary>A line for each thing that happens, for logs and pipes.</summary>
internal sealed class LineDisplay(TextWriter output, Style style) : OperationDisplay
{
    private readonly HashSet<string> told = new(StringComparer.Ordinal);

    public override void Show(JsonElement shown)
    {
        var operation = shown.GetProperty("operation");
        if (told.Add("operation"))
        {
            output.WriteLine($"{Words.Of(operation.TextOf("workflow"))} of {operation.TextOf("subject")} ({operation.TextOf("id")})");
        }

        foreach (var step in shown.GetProperty("steps").EnumerateArray().Where(s => s.Has("state")))
        {
            var (name, state) = (step.TextOf("name"), step.TextOf("state"));
            if (!told.Add($"{name}/{state}/{step.TextOf("attempt")}"))
            {
                continue;
            }

            var took = step.TimeOf("finishedAt") - step.TimeOf("startedAt");
            output.WriteLine($"  {Words.Of(name)}: {Words.Of(state)}{(took is { } t ? $" after {Words.Took(t)}" : "")}{(step.Has("error") ? $": {step.TextOf("error")}" : "")}");
        }

        if (operation.Has("status") && told.Add(operation.TextOf("status")))
        {
            output.WriteLine($"  {operation.TextOf("status")}");
        }
    }

    public override void Log(JsonElement line)
    {
        if (told.Add($"log {line.TextOf("seq")}"))
        {
            output.WriteLine($"    {line.TextOf("line")}");
        }
    }

    public override void Say(string text) => output.WriteLine(style.Faint($"  {text}"));
}
