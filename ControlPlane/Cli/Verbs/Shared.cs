using System.CommandLine;
using System.Text.Json.Nodes;

namespace ControlPlane.Cli.Verbs;

/// <summary>Options that several verbs have, and what they share in shape.</summary>
internal static class Shared
{
    public static Option<int> Limit { get; } = new("--limit") { Description = "How many to list at most.", DefaultValueFactory = _ => 100, HelpName = "N" };

    public static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Do not ask." };

    public static Option<string?> Text(string name, string description, string? helpName = null) => new(name) { Description = description, HelpName = helpName };

    /// <summary>A path with those parameters that are given.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                path += $"{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        }

        return path;
    }

    /// <summary>A member of a body, where it is given.</summary>
    public static void Add<T>(JsonObject body, string member, T? value)
    {
        if (value is not null)
        {
            body[member] = JsonValue.Create(value);
        }
    }

    /// <summary>Asks before something that is hard to take back, if there is somebody to ask.</summary>
    /// <exception cref="CliException">The answer is not yes.</exception>
    public static void Confirm(Verb.Call call, string question)
    {
        if (!call.Console.CanAsk || call.Get(Yes))
        {
            return;
        }

        call.Console.Out.Write($"{question} [y/N] ");
        if (call.Console.In.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw new CliException("Nothing was done.", "Answer y, or pass --yes.");
        }
    }
}
