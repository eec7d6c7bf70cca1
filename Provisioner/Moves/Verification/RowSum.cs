namespace Provisioner.Moves;

/// <summary>How many rows there are and which, whatever their order. Two equal rows count twice.</summary>
internal readonly record struct RowSum(long Rows, UInt128 Hashes)
{
    public RowSum With(ulong hash) => new(Rows + 1, unchecked(Hashes + hash));
}
