namespace Migrator.Databases;

/// <summary>A migration that this call applied.</summary>
/// <param name="Took">By the server's clock, from the transaction's begin to its history row.</param>
public sealed record AppliedMigration(string Version, string Name, TimeSpan Took);
