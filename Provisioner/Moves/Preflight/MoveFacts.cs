namespace Provisioner.Moves;

/// <summary>What was measured before a move.</summary>
/// <param name="Bytes">The database on disk, indexes and PostgreSQL's own tables included.</param>
/// <param name="IndexBytes">Of that, indexes, which are built anew.</param>
/// <param name="Tables">Partitions count, what they are partitions of does not.</param>
/// <param name="WriteBytesPerSecond">What the whole source server writes to its log: all of it must be read to find what is this tenant's.</param>
/// <param name="TargetFreeBytes">As the caller said; PostgreSQL cannot tell. Null when nobody knows.</param>
public sealed record MoveFacts(
    long Bytes,
    long IndexBytes,
    int Tables,
    int Sequences,
    int LargeObjects,
    double WriteBytesPerSecond,
    TimeSpan RoundTripToSource,
    TimeSpan RoundTripToTarget,
    long? TargetFreeBytes);
