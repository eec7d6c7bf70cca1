namespace ControlPlane.Catalog;

/// <summary>A snapshot of a configured machine, from which others are made in a fraction of the time.</summary>
public sealed class GoldenImage
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public GoldenImageState State { get; private set; } = GoldenImageState.Building;

    /// <summary>What it is taken of.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>Null until it is taken.</summary>
    public long? CloudId { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public void Take(long? cloudId) => CloudId = cloudId;

    public void Complete() => State = GoldenImageState.Ready;

    public void Remove() => State = GoldenImageState.Removed;
}
