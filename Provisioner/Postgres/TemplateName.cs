using System.Text.RegularExpressions;

namespace Provisioner.Postgres;

/// <summary>The name of a database that new tenant databases are cloned from.</summary>
public sealed partial record TemplateName
{
    private TemplateName(string database, string? owner)
    {
        Database = database;
        Owner = owner;
    }

    /// <summary>PostgreSQL's own <c>template0</c>: nothing in it, for restores.</summary>
    public static TemplateName Empty { get; } = new("template0", owner: null);

    /// <summary>The finished template's database.</summary>
    public string Database { get; }

    /// <summary>The role that owns the template's objects, and of a clone's until access is granted; null for <see cref="Empty"/>.</summary>
    public string? Owner { get; }

    /// <summary>Named as its owner, because <c>pg_hba.conf</c> lets a role only into the database of its own name.</summary>
    internal string Unfinished => Owner ?? throw new InvalidOperationException($"{Database} is PostgreSQL's own.");

    /// <summary>The template of that key.</summary>
    /// <param name="key">What tells templates apart, such as a schema version: 1 to 40 lower-case letters, digits and underscores.</param>
    public static TemplateName For(string key) =>
        Key().IsMatch(key)
            ? new TemplateName("tpl_" + key, "o_tpl_" + key)
            : throw new ArgumentException($"'{key}' is no template key: 1 to 40 lower-case letters, digits and underscores.", nameof(key));

    public override string ToString() => Database;

    [GeneratedRegex("^[a-z0-9_]{1,40}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();
}
