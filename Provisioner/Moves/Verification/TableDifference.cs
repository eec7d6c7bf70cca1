namespace Provisioner.Moves;

/// <summary>A table, or something like it, that is not the same on both sides.</summary>
/// <param name="Table">Its name as SQL has it; <c>sequence …</c>, or <c>large objects</c>.</param>
/// <param name="SourceRows">0 for a sequence.</param>
/// <param name="TargetRows">0 for a sequence.</param>
/// <param name="Detail">In words, with up to five keys of rows, which may be a customer's data.</param>
public sealed record TableDifference(string Table, long SourceRows, long TargetRows, string Detail);
