namespace Provisioner.Moves;

/// <summary>How far a subscription has come.</summary>
/// <param name="ReadyTables">Those whose rows are all there.</param>
/// <param name="Bytes">The whole database on disk.</param>
/// <param name="Errors">How often a row could not be written since the subscription began; what happened stands in the server's log.</param>
public sealed record CopyProgress(int ReadyTables, int Tables, long Bytes, long Errors)
{
    public bool IsComplete => Tables > 0 && ReadyTables == Tables;
}
