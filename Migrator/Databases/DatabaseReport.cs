namespace Migrator.Databases;

/// <summary>What one call did to one database.</summary>
/// <param name="Database">Its name.</param>
/// <param name="HeadBefore">The highest version before; null for none.</param>
/// <param name="HeadAfter">The highest version after.</param>
/// <param name="Applied">In order; empty for a dry run.</param>
/// <param name="Pending">Ids still to be applied after this call: all of them in a dry run, held ones otherwise.</param>
/// <param name="LockRetries">How often a transaction was tried again because of a lock.</param>
/// <param name="Took">From the connection being open to the last commit.</param>
public sealed record DatabaseReport(
    string Database,
    string? HeadBefore,
    string? HeadAfter,
    IReadOnlyList<AppliedMigration> Applied,
    IReadOnlyList<string> Pending,
    int LockRetries,
    TimeSpan Took);
