namespace Migrator.Sources;

/// <summary>One SQL file as found.</summary>
/// <param name="Path">Where it is, for messages: relative to the folder, or the resource's name.</param>
/// <param name="FileName">Without folder.</param>
/// <param name="Text">Its content.</param>
internal sealed record MigrationFile(string Path, string FileName, string Text);
