using Npgsql;

namespace Migrator.Databases;

/// <summary>A database to migrate and how to get in.</summary>
/// <param name="ConnectionString">Names the database and a login. A secret: see <see cref="ToString"/>.</param>
/// <param name="OwnerRole">
/// The role to run as. Null runs as the login itself, for databases in which nobody else can plant code. A login that
/// may alter roles lets the owner log in for the length of one session with a password nobody else knows, because
/// after a mere <c>SET ROLE</c> planted code could reset the role to the login. Any other login must be a member.
/// </param>
public sealed record DatabaseTarget(string ConnectionString, string? OwnerRole = null)
{
    /// <summary>As <see cref="OwnerRole"/>: whichever role owns the database; asked of the server.</summary>
    public const string DatabaseOwner = "{database owner}";

    /// <summary>The database's name.</summary>
    public string Database => new NpgsqlConnectionStringBuilder(ConnectionString) is { Database: { Length: > 0 } name }
        ? name
        : throw new MigrationException(MigrationError.Unreachable, "The connection string names no database. Add Database=NAME.");

    /// <summary>Leaves out the password.</summary>
    public override string ToString() => Database;
}
