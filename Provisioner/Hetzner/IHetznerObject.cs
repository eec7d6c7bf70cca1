namespace Provisioner.Hetzner;

/// <summary>What has an id, a name and labels in a project, so that it can be found again and known as ours.</summary>
public interface IHetznerObject
{
    long Id { get; }

    /// <summary>Null for snapshots, which have none.</summary>
    string? Name { get; }

    IReadOnlyDictionary<string, string> Labels { get; }
}
