namespace Migrator.History;

/// <summary>What a database remembers of one migration.</summary>
/// <param name="Version">See <see cref="Sources.Migration.Version"/>.</param>
/// <param name="Name">The migration's name when it was applied.</param>
/// <param name="Checksum">Of the text that was applied; null when another tool applied it or it was baselined.</param>
/// <param name="Finished">False while a migration outside a transaction runs, or after a crash in it.</param>
public sealed record HistoryRow(string Version, string Name, string? Checksum, bool Finished);
