namespace Migrator.Lint;

/// <summary>Something dangerous that PostgreSQL did when a migration was rehearsed.</summary>
/// <param name="Migration">Its id.</param>
/// <param name="File">Its file.</param>
/// <param name="Line">The statement's line; null when it is about the whole file.</param>
/// <param name="What">What happened, to which object.</param>
/// <param name="SaferWay">What to write instead.</param>
/// <param name="Allowed">The reason its author gave for accepting it; null makes the lint fail.</param>
public sealed record LintFinding(string Migration, string File, int? Line, string What, string SaferWay, string? Allowed)
{
    public override string ToString() => $"{File}{(Line is null ? "" : $":{Line}")}: {What}. {(Allowed is null ? SaferWay : $"Allowed: {Allowed}")}";
}
