using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provisioner.Hetzner.Actions;

namespace Provisioner.Hetzner;

/// <summary>One answer of Hetzner's: objects under names of their own in one JSON object. What is missing or has another shape throws <see cref="JsonException"/>.</summary>
internal readonly struct Answer(JsonElement root)
{
    public T One<T>(string name, JsonTypeInfo<T> type)
        where T : class =>
        Optional(name, type) ?? throw new JsonException($"'{name}' is missing.");

    public T? Optional<T>(string name, JsonTypeInfo<T> type)
        where T : class =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.Deserialize(type) : null;

    public List<T> Many<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException($"'{name}' is no list.");
        }

        return [.. value.EnumerateArray().Select(e => e.Deserialize(type) ?? throw new JsonException($"'{name}' holds a null."))];
    }

    /// <summary>All actions that the answer names, in the order in which they run.</summary>
    public IReadOnlyList<HetznerAction> Actions()
    {
        var actions = new List<HetznerAction>();
        if (Optional("action", HetznerJson.Default.HetznerAction) is { } action)
        {
            actions.Add(action);
        }

        foreach (var name in (ReadOnlySpan<string>)["next_actions", "actions"])
        {
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out _))
            {
                actions.AddRange(Many(name, HetznerJson.Default.HetznerAction));
            }
        }

        return actions;
    }

    /// <summary>The page after this one; null at the end.</summary>
    public long? NextPage() =>
        root.TryGetProperty("meta", out var meta) && meta.TryGetProperty("pagination", out var pagination) && pagination.TryGetProperty("next_page", out var next) && next.ValueKind == JsonValueKind.Number
            ? next.GetInt64()
            : null;
}
