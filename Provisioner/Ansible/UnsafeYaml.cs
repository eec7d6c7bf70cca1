using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provisioner.Ansible;

/// <summary>YAML for Ansible in which every string is data: <c>{{</c> and <c>{%</c> stay what they are.</summary>
/// <remarks>In JSON, or in YAML without Ansible's tag, it would evaluate them, on our own machine and with our rights.</remarks>
internal static class UnsafeYaml
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Add(text, node);
        return text.Append('\n').ToString();
    }

    private static void Add(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                AddAll(text, '{', members, member =>
                {
                    AddQuoted(text, member.Key);
                    text.Append(": ");
                    Add(text, member.Value);
                }, '}');
                break;
            case JsonArray items:
                AddAll(text, '[', items, item => Add(text, item), ']');
                break;
            case not null when node.GetValueKind() == JsonValueKind.String:
                text.Append("!unsafe ");
                AddQuoted(text, node.GetValue<string>());
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void AddAll<T>(StringBuilder text, char first, IEnumerable<T> items, Action<T> add, char last)
    {
        text.Append(first);
        var separator = "";
        foreach (var item in items)
        {
            text.Append(separator);
            add(item);
            separator = ",\n";
        }

        text.Append(last);
    }

    /// <summary>Everything that is not plain ASCII is written by its number, since YAML allows fewer characters than .NET.</summary>
    private static void AddQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
            {
                text.Append('\\').Append((char)rune.Value);
            }
            else if (rune.Value is >= 0x20 and < 0x7F)
            {
                text.Append((char)rune.Value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
            }
        }

        text.Append('"');
    }
}
