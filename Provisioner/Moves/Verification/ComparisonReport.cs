namespace Provisioner.Moves;

/// <summary>How two databases compare.</summary>
/// <param name="Tables">Compared ones; sequences and large objects do not count.</param>
/// <param name="Rows">Rows of these, as the source has them.</param>
/// <param name="NotComparable">Tables and sequences that were emptied, rewritten or dropped after the snapshot: their rows of that moment are gone.</param>
public sealed record ComparisonReport(int Tables, long Rows, IReadOnlyList<TableDifference> Differences, IReadOnlyList<string> NotComparable)
{
    /// <summary>Everything was compared, and nothing differs.</summary>
    public bool AreEqual => Differences.Count == 0 && NotComparable.Count == 0;
}
