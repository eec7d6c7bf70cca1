namespace Provisioner.Moves;

/// <summary>Something on source or target that matters to a move.</summary>
/// <param name="Code">Stable, for programs: <c>wal_level</c>, <c>large_objects</c>, …</param>
/// <param name="Subject">What it is about: a server, a table, a session.</param>
/// <param name="Detail">What was seen, in a sentence; it does not name the subject.</param>
/// <param name="Advice">What is done about it, or what to do.</param>
public sealed record MoveFinding(string Code, MoveVerdict Verdict, string Subject, string Detail, string Advice)
{
    /// <summary>A line for logs and people.</summary>
    public override string ToString() => $"{Subject}: {Detail} {Advice}";
}
