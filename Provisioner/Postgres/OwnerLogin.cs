using System.Security.Cryptography;
using System.Text;
using Npgsql;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Postgres;

/// <summary>
/// Owner roles log in for the length of an act and are shut out again. A session that only ran <c>SET ROLE</c> could be reset by
/// code a tenant planted; one whose user is the owner has nothing to reset to. And a role that may become every owner would make
/// PostgreSQL walk all of them again and again, which grows with the square of the tenants.
/// </summary>
internal sealed class OwnerLogin(NpgsqlConnectionStringBuilder admin)
{
    private readonly byte[] secret = admin.Password is { Length: > 0 } password
        ? Encoding.UTF8.GetBytes(password)
        : throw new ArgumentException($"The administrator's connection string for {admin.Host}:{admin.Port} has no password. Put it in.", nameof(admin));

    /// <summary>SQL that lets an owner in.</summary>
    public string Let(string owner) => $"alter role {Name(owner)} login password {Literal(VerifierOf(owner))};";

    /// <summary>What PostgreSQL stores of a role's password; it differs from call to call.</summary>
    public string VerifierOf(string role) => ScramVerifier.Create(PasswordOf(role)).ToString();

    /// <summary>SQL that shuts an owner out; sessions that run go on.</summary>
    public static string Shut(string owner) => $"alter role {Name(owner)} nologin password null;";

    /// <summary>A secret, of use while the owner is let in.</summary>
    public string ConnectionString(string database, string owner) =>
        new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = database, Username = owner, Password = PasswordOf(owner), Pooling = false }.ConnectionString;

    /// <summary>A secret. Derived, so that two control planes that let the same owner in agree on it, and none must be stored.</summary>
    public string PasswordOf(string owner) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(owner)));
}
