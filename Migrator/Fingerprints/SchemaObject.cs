namespace Migrator.Fingerprints;

/// <summary>One thing in a schema, in words that are equal in two databases when the thing is.</summary>
/// <param name="Kind"><c>table</c>, <c>column</c>, <c>index</c>, …</param>
/// <param name="Name">Unique among its kind, with schema.</param>
/// <param name="Definition">Everything else about it, owner and privileges included.</param>
public sealed record SchemaObject(string Kind, string Name, string Definition);
