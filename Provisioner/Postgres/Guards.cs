using static Provisioner.Postgres.SqlText;

namespace Provisioner.Postgres;

/// <summary>PL/pgSQL that stops a block when an object is not ours, so that check and act are one transaction.</summary>
internal static class Guards
{
    /// <summary>The SQLSTATE that a check raises when the object is there and not ours.</summary>
    public const string ForeignObject = "CP001";

    /// <summary>Raises unless the role is ours; a missing role raises too, with <c>undefined_object</c>.</summary>
    public static string Role(string role, ObjectTag tag) => Check("Role", role, $"select shobj_description(oid, 'pg_authid') from pg_roles where rolname = {Literal(role)}", tag);

    /// <summary>Raises unless the database is ours; a missing database raises too, with <c>undefined_database</c>.</summary>
    public static string Database(string database, ObjectTag tag) => Check("Database", database, $"select shobj_description(oid, 'pg_database') from pg_database where datname = {Literal(database)}", tag);

    /// <summary>One actor per name at a time; the lock ends with the transaction.</summary>
    public static string OneAtATime(string name) => $"perform pg_advisory_xact_lock(hashtextextended({Literal("controlplane:" + name)}, 0));";

    private static string Check(string kind, string name, string comment, ObjectTag tag) =>
        $"""
        if not exists ({comment}) then
          raise exception using errcode = '{(kind == "Role" ? "undefined_object" : "invalid_catalog_name")}', message = {Literal($"{kind} {name} does not exist on this server.")};
        end if;
        if ({comment}) is distinct from {Literal(tag.ToString())} then
          raise exception using errcode = '{ForeignObject}', message = {Literal($"{kind} {name}")};
        end if;
        """;
}
