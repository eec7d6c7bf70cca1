using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Cli;

/// <summary>Prints answers: columns for lists, lines for one thing, the API's own JSON when asked for.</summary>
internal sealed partial class Report(CliConsole console, bool json)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int LeastRoom = 12;

    public Style Style { get; } = new(console.HasColour);

    public bool IsJson => json;

    public void Json(JsonElement answer)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            answer.WriteTo(writer);
        }

        console.Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>A line for people; with <c>--json</c> nobody reads it.</summary>
    public void Say(string line)
    {
        if (!json)
        {
            console.Out.WriteLine(line);
        }
    }

    /// <summary>Rows under a header; on a terminal, the last column is cut where the line ends.</summary>
    public void Table(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows, string whenEmpty)
    {
        if (rows.Count == 0)
        {
            console.Out.WriteLine(Style.Faint(whenEmpty));
            return;
        }

        var widths = header.Select((h, i) => Math.Max(h.Length, rows.Max(r => WidthOf(r[i])))).ToArray();
        var room = console.Width is { } width ? Math.Max(width - widths.SkipLast(1).Sum(w => w + 2), LeastRoom) : int.MaxValue;
        console.Out.WriteLine(Row([.. header.Select(h => Style.Faint(h.ToUpperInvariant()))], widths));
        foreach (var row in rows)
        {
            console.Out.WriteLine(Row([.. row.SkipLast(1), Cut(row[^1], room)], widths));
        }
    }

    /// <summary>Labels and values of one thing; those without a value are left out.</summary>
    public void Details(params IReadOnlyList<(string Label, string Value)> details)
    {
        var shown = details.Where(d => d.Value.Length > 0).ToList();
        var width = shown.Max(d => d.Label.Length) + 2;
        foreach (var (label, value) in shown)
        {
            console.Out.WriteLine(Style.Faint(label.PadRight(width)) + value);
        }
    }

    /// <summary>A list of the API, as JSON or as a table.</summary>
    public void List((IReadOnlyList<JsonElement> Items, bool More) list, IReadOnlyList<string> header, Func<JsonElement, IReadOnlyList<string>> row, string whenEmpty)
    {
        if (json)
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, Indented))
            {
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    item.WriteTo(writer);
                }

                writer.WriteEndArray();
            }

            console.Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        }
        else
        {
            Table(header, [.. list.Items.Select(row)], whenEmpty);
        }

        if (list.More)
        {
            console.Error.WriteLine(Style.Faint($"These are the first {list.Items.Count}; there are more: --limit N"));
        }
    }

    private static string Row(IReadOnlyList<string> cells, int[] widths) =>
        string.Concat(cells.Select((c, i) => i == cells.Count - 1 ? c : c + new string(' ', widths[i] - WidthOf(c) + 2))).TrimEnd();

    /// <summary>Leaves the cell's colour as it is.</summary>
    private static string Cut(string cell, int room)
    {
        var text = Colours().Replace(cell, "");
        return text.Length <= room ? cell : cell.Replace(text, $"{text[..(room - 1)]}…", StringComparison.Ordinal);
    }

    private static int WidthOf(string cell) => Colours().Replace(cell, "").Length;

    [GeneratedRegex("\u001b\\[[0-9]+m", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Colours();
}
