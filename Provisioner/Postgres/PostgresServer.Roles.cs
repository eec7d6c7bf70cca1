using System.Globalization;
using Npgsql;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Postgres;

public sealed partial class PostgresServer
{
    private static readonly TimeSpan SessionsEnd = TimeSpan.FromSeconds(30);

    /// <summary>Makes the owner and the login role, or brings existing ones back to exactly this state: able to log in, with this password and these limits.</summary>
    public async Task CreateRolesAsync(TenantDatabaseName name, LoginPassword password, TenantRoleLimits limits, CancellationToken ct)
    {
        await preparation.EnsureAsync(ct);
        const string harmless = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit";
        await ExecuteAloneAsync(
            name,
            $"""
            {CreateIfMissing(name.Owner, Tag(name))}
            {CreateIfMissing(name.Login, Tag(name))}
            alter role {Name(name.Owner)} {harmless};
            {OwnerLogin.Shut(name.Owner)}
            alter role {Name(name.Login)} {harmless} login password {Literal(password.ToVerifier())};
            {Apply(limits, name.Login)}
            -- The owner may do what its login may, so that a dump made as the owner also reads large objects the login made.
            grant {Name(name.Login)} to {Name(name.Owner)};
            """,
            ct);
    }

    /// <summary>Applies limits, as after a change of plan; sessions that run keep their old ones.</summary>
    public Task LimitAsync(TenantDatabaseName name, TenantRoleLimits limits, CancellationToken ct) =>
        ExecuteAloneAsync(name, Guards.Role(name.Login, Tag(name)) + Apply(limits, name.Login), ct);

    /// <summary>Replaces the password; sessions that run go on.</summary>
    public Task SetPasswordAsync(TenantDatabaseName name, LoginPassword password, CancellationToken ct) =>
        ExecuteAloneAsync(name, $"{Guards.Role(name.Login, Tag(name))} alter role {Name(name.Login)} password {Literal(password.ToVerifier())};", ct);

    /// <summary>Lets the tenant log in again, or shuts it out: when this returns no session of it is left, nor one about to begin.</summary>
    public async Task SetLoginAsync(TenantDatabaseName name, bool enabled, CancellationToken ct)
    {
        await ExecuteAloneAsync(name, $"{Guards.Role(name.Login, Tag(name))} alter role {Name(name.Login)} {(enabled ? "login" : "nologin")};", ct);
        if (!enabled)
        {
            await EndSessionsAsync(name, ct);
        }
    }

    /// <summary>Drops both roles; drop the database first.</summary>
    public Task DropRolesAsync(TenantDatabaseName name, CancellationToken ct) =>
        ExecuteAloneAsync(name, DropIfThere(name.Login, Tag(name)) + DropIfThere(name.Owner, Tag(name)), ct);

    internal static string CreateIfMissing(string role, ObjectTag tag) =>
        $"""
        if not exists (select from pg_roles where rolname = {Literal(role)}) then
          create role {Name(role)} nologin;
          comment on role {Name(role)} is {Literal(tag.ToString())};
        end if;
        {Guards.Role(role, tag)}
        """;

    internal static string DropIfThere(string role, ObjectTag tag) =>
        $"""
        if exists (select from pg_roles where rolname = {Literal(role)}) then
          {Guards.Role(role, tag)}
          drop role {Name(role)};
        end if;
        """;

    /// <summary>A login may change its own defaults, so whatever it set for itself is reset first.</summary>
    private static string Apply(TenantRoleLimits limits, string login)
    {
        var role = Name(login);
        return string.Create(CultureInfo.InvariantCulture, $"""
            alter role {role} connection limit {limits.Connections};
            alter role {role} reset all;
            if exists (select from pg_database where datname = {Literal(login)}) then
              alter role {role} in database {Name(login)} reset all;
            end if;
            alter role {role} set search_path = public, pg_temp;
            alter role {role} set statement_timeout = '{(long)limits.StatementTimeout.TotalMilliseconds}ms';
            alter role {role} set idle_in_transaction_session_timeout = '{(long)limits.IdleInTransactionTimeout.TotalMilliseconds}ms';
            alter role {role} set lock_timeout = '{(long)limits.LockTimeout.TotalMilliseconds}ms';
            alter role {role} set temp_file_limit = '{limits.TempFileBytes / 1024}kB';
            """);
    }

    /// <summary>
    /// A session still starting up passed the login check earlier and is not shown as its role's yet, but holds a lock on the
    /// database's own row. So both are waited for.
    /// </summary>
    private async Task EndSessionsAsync(TenantDatabaseName name, CancellationToken ct)
    {
        const string sql =
            """
            select count(pg_terminate_backend(pid)) from (
              select pid from pg_stat_activity where usename = $1
              union
              select l.pid from pg_locks l join pg_stat_activity a using (pid)
              where l.locktype = 'object' and l.classid = 'pg_database'::regclass and a.usename is null
                and l.objid = (select oid from pg_database where datname = $1)
            ) as session
            """;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(SessionsEnd);
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        try
        {
            while (true)
            {
                await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name.Login } } };
                if (await command.ExecuteScalarAsync(limit.Token) is 0L)
                {
                    return;
                }

                await Task.Delay(20, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ProvisioningException("sessions_remain", $"Sessions of {name.Login} on {Host}:{Port} did not end within {SessionsEnd.TotalSeconds:0} s. Look at pg_stat_activity there, then retry.");
        }
    }
}
