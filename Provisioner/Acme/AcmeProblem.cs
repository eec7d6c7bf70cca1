namespace Provisioner.Acme;

/// <summary>Why the authority refuses (RFC 7807), name by name where it says so.</summary>
internal sealed record AcmeProblem(string? Type, string? Detail, IReadOnlyList<AcmeProblem>? Subproblems, AcmeIdentifier? Identifier)
{
    /// <summary>On one line, whatever the authority sent.</summary>
    public string Words
    {
        get
        {
            var all = string.Join("; ", (Subproblems ?? []).Select(p => p.Identifier is { } about ? $"{about.Value}: {p.Detail}" : p.Detail).Prepend(Detail ?? "no explanation"));
            return string.Concat(all.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd('.');
        }
    }
}
