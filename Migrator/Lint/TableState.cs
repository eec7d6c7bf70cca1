namespace Migrator.Lint;

/// <summary>One table or materialized view at one moment.</summary>
/// <param name="FileNode">Changes when all rows are written anew.</param>
internal sealed record TableState(uint Oid, string Name, char Kind, uint FileNode, double Rows, long Scans, long Changed, LockMode? Lock);
