namespace Provisioner.Moves;

/// <summary>A question to the tenant's database whose every answer is a finding.</summary>
/// <param name="Sql">Gives subject and detail.</param>
/// <param name="Advice"><c>{0}</c> stands for the subject.</param>
internal sealed record CatalogCheck(string Code, MoveVerdict Verdict, string Sql, string Advice)
{
    /// <summary>Of a namespace <c>n</c>: neither PostgreSQL's own nor what a move made.</summary>
    public const string IsTenants = "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', '_move')";

    /// <summary>Names of publications, slots and event triggers that moves make: two letters and an id in base32.</summary>
    public const string OfMoves = "'^m[bfv]_[a-z2-7]{26}d?$'";

    /// <summary>Of a table <c>c</c>: made by an extension, which makes it on the target too.</summary>
    public const string IsOfExtension =
        "exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')";

    public Task<IReadOnlyList<MoveFinding>> RunAsync(CatalogSession source, CancellationToken ct) =>
        source.ListAsync(
            Sql, row => new MoveFinding(Code, Verdict, row.GetString(0), row.GetString(1), string.Format(null, Advice, row.GetString(0))), ct);
}
