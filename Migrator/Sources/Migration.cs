using Migrator.Sql;

namespace Migrator.Sources;

/// <summary>One change of a schema, read and cut into statements, ready to be applied to any number of databases.</summary>
public sealed record Migration
{
    /// <summary>What history knows it by: a timestamp or number, for EF Core the whole id, for a repeatable one <c>R__name</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The file, resource or class it came from; errors name it.</summary>
    public required string File { get; init; }

    /// <summary>
    /// <c>sha256:…</c> of the text without line-end differences and <c>-- migrator:</c> headers. EF Core's generated
    /// SQL has <c>ef-VERSION:…</c>: another EF version may word the same change differently, so checksums of different
    /// prefixes are not compared.
    /// </summary>
    public required string Checksum { get; init; }

    /// <summary>The statements that make the change.</summary>
    public required IReadOnlyList<SqlStatement> Up { get; init; }

    /// <summary>The statements that take it back; null when nobody wrote them.</summary>
    public IReadOnlyList<SqlStatement>? Down { get; init; }

    /// <summary>Queries that must each return true (or no boolean at all) once it is applied; null when nobody wrote them.</summary>
    public IReadOnlyList<SqlStatement>? Verify { get; init; }

    public MigrationKind Kind { get; init; }

    public MigrationPhase Phase { get; init; }

    /// <summary>False for the one statement that PostgreSQL refuses to run inside a transaction.</summary>
    public bool Transactional { get; init; } = true;

    /// <summary>Overrides the statement timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Why its author accepts what lint reports; null when nobody did.</summary>
    public string? Allowed { get; init; }

    /// <summary>EF Core's own record of it; null for SQL files.</summary>
    public EfHistoryRow? Ef { get; init; }

    /// <summary><c>VERSION_NAME</c>, as people refer to it.</summary>
    public string Id => Kind == MigrationKind.Repeatable || Ef is not null ? Version : $"{Version}_{Name}";

    public override string ToString() => Id;
}
