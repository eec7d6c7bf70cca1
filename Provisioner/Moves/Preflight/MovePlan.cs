namespace Provisioner.Moves;

/// <summary>What moving a tenant's database would take, seen before anything is changed.</summary>
/// <param name="Mode">As wished, or <see cref="MoveMode.Dump"/> where something needs it.</param>
/// <param name="Findings">What weighs most first.</param>
public sealed record MovePlan(MoveMode Mode, IReadOnlyList<MoveFinding> Findings, MoveFacts Facts)
{
    // Fitted to measured moves: 200 MB took 3 to 8 s, 1.1 GB 12 to 21 s, each with a fifth of it indexes.
    private const double StartSeconds = 3;
    private const double RowBytesPerSecond = 100e6;
    private const double IndexBytesPerSecond = 50e6;
    private const int UsualIndexes = 5;

    // Of dump and restore: 200 MB took 2.6 s, 1.1 GB 13 to 18 s. To compare all rows takes a sixth of that more, sessions and schema the
    // same for all. Rather too much: somebody is told when it will be back.
    private const double DumpBytesPerSecond = 50e6;

    // Of the hold: 15 ms at no distance, 135 ms at a round trip of 20 ms, 81 to 152 ms with 1,003 sequences.
    private const int HoldRoundTrips = 7;
    private static readonly TimeSpan HoldAtLeast = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan HoldPerSequence = TimeSpan.FromMilliseconds(0.1);

    /// <summary>By the size alone, before anybody has looked.</summary>
    /// <param name="bytes">As in <see cref="MoveFacts"/>.</param>
    public static MovePlan Of(MoveMode mode, long bytes) =>
        new(mode, [], new MoveFacts(bytes, IndexBytes: bytes / UsualIndexes, Tables: 0, Sequences: 0, LargeObjects: 0, 0, TimeSpan.Zero, TimeSpan.Zero, TargetFreeBytes: null));

    /// <summary>Something must be changed first; the findings say what.</summary>
    public bool IsRefused => Findings.Any(f => f.Verdict == MoveVerdict.Refused);

    /// <summary>Expected time until the tenant can be switched over, in which it works as always.</summary>
    public TimeSpan Preparation => Mode == MoveMode.Dump
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(StartSeconds + ((Facts.Bytes - Facts.IndexBytes) / RowBytesPerSecond) + (Facts.IndexBytes / IndexBytesPerSecond));

    /// <summary>Expected time in which the tenant cannot write.</summary>
    public TimeSpan Hold => Mode == MoveMode.Dump
        ? TimeSpan.FromSeconds(StartSeconds + (Facts.Bytes / DumpBytesPerSecond)) + (RoundTrip * HoldRoundTrips)
        : HoldAtLeast + (RoundTrip * HoldRoundTrips) + (HoldPerSequence * Facts.Sequences);

    private TimeSpan RoundTrip => Facts.RoundTripToSource > Facts.RoundTripToTarget ? Facts.RoundTripToSource : Facts.RoundTripToTarget;
}
