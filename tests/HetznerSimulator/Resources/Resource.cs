using HetznerSimulator.Http;

namespace HetznerSimulator.Resources;

/// <summary>What the cloud's things have in common.</summary>
public abstract class Resource
{
    /// <summary>One counter gives the ids of all kinds, so that an id of the wrong kind is found nowhere.</summary>
    public required long Id { get; init; }

    public required string Name { get; set; }

    public required DateTimeOffset Created { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; set; } = Http.Labels.None;

    /// <summary>True where deletion is refused with <c>protected</c>.</summary>
    public bool DeleteProtected { get; set; }

    internal void RefuseIfProtected()
    {
        if (DeleteProtected)
        {
            throw new CloudException("protected", $"deletion of '{Name}' is protected");
        }
    }
}
