using Npgsql;
using static Provisioner.Postgres.SqlText;

namespace Provisioner.Postgres;

public sealed partial class PostgresServer
{
    /// <summary>Where the migrator keeps its history: the login may read it, never write it.</summary>
    private const string HistorySchema = "migrator";

    /// <summary>EF Core's own history lies among the tables it describes.</summary>
    private const string EfHistoryTable = "__EFMigrationsHistory";

    private const int OwnerAttempts = 5;

    private static readonly string[] NotLetIn =
        [PostgresErrorCodes.InvalidPassword, PostgresErrorCodes.InvalidAuthorizationSpecification, PostgresErrorCodes.InsufficientPrivilege];

    /// <summary>
    /// Gives a clone's objects to the tenant's owner role, and its login what an application needs: to connect, to read and write
    /// rows, to call functions; now and for what later migrations make. Nobody else gets anything.
    /// </summary>
    /// <param name="template">What the database was cloned from, whose owner still owns the objects.</param>
    public async Task GrantAccessAsync(TenantDatabaseName name, TemplateName template, CancellationToken ct)
    {
        await AsOwnerAsync(
            name,
            template,
            async login =>
            {
                await using var inside = await Connections.OpenAsync(login, ct);
                await ExecuteAsync(inside, GrantInside(name, template), ct);
            },
            ct);
        await ExecuteAloneAsync(
            name,
            $"""
            {Guards.Database(name.Database, Tag(name))}
            grant connect, temporary on database {Name(name.Database)} to {Name(name.Login)};
            {(template.Owner is { } from ? $"revoke {Name(from)} from {Name(name.Owner)};" : "")}
            {OwnerLogin.Shut(name.Owner)}
            """,
            ct);
    }

    /// <summary>Acts with the owner's own login, which is let in where it is not; the caller shuts it out in the end.</summary>
    /// <param name="act">Gets a connection string. It begins again when the owner was not let in, or was shut out meanwhile by another act on the same database.</param>
    private async Task AsOwnerAsync(TenantDatabaseName name, TemplateName template, Func<string, Task> act, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await act(owners.ConnectionString(name.Database, name.Owner));
                return;
            }
            catch (Exception e) when (attempt < OwnerAttempts && IsShutOut(e))
            {
                await ExecuteAloneAsync(name, LetOwnerIn(name, template), ct);
            }
        }
    }

    /// <summary>Our own session was refused, or that of a program.</summary>
    private static bool IsShutOut(Exception error) =>
        error is PostgresException { SqlState: var state } ? NotLetIn.Contains(state) : error is ProvisioningException { Code: DumpTools.NotLetIn };

    /// <summary>As a member of the template's owner, whose objects the clone still has.</summary>
    private string LetOwnerIn(TenantDatabaseName name, TemplateName template) =>
        $"{Guards.Role(name.Owner, Tag(name))} {owners.Let(name.Owner)} {(template.Owner is { } from ? $"grant {Name(from)} to {Name(name.Owner)};" : "")}";

    /// <summary>Names are resolved in pg_catalog only: objects a tenant made must not stand in for the system's.</summary>
    private static string GrantInside(TenantDatabaseName name, TemplateName template)
    {
        var (owner, login) = (Name(name.Owner), Name(name.Login));
        return $"""
            do $grant$
            declare
              owner_id constant oid := {Literal(name.Owner)}::regrole;
              it record;
            begin
              set local search_path = '';
              -- What is granted outside afterwards is flushed to disk, and this with it.
              set local synchronous_commit = off;
              {Guards.OneAtATime(name.Database)}
              {(template.Owner is { } from ? TakeOver(from, owner) : "")}

              for it in select nspname, nspname = {Literal(HistorySchema)} as is_history from pg_namespace where nspowner = owner_id loop
                execute format('revoke all on schema %I from public', it.nspname);
                execute format('grant usage on schema %I to {login}', it.nspname);
              end loop;

              for it in
                select case when relkind = 'S' then 'usage, select, update on sequence'
                            when nspname = {Literal(HistorySchema)} or relname = {Literal(EfHistoryTable)} then 'select on'
                            else 'select, insert, update, delete on' end as rights,
                       string_agg(format('%I.%I', nspname, relname), ', ') as names
                from pg_class c join pg_namespace n on n.oid = relnamespace
                where relowner = owner_id and relkind in ('r', 'p', 'v', 'm', 'f', 'S') and nspowner = owner_id
                group by 1
              loop
                execute format('grant %s %s to {login}', it.rights, it.names);
              end loop;

              -- A function with its owner's rights is for callers only when its search path is pinned.
              for it in
                select p.oid::regprocedure::text as name,
                       not prosecdef or exists (select from unnest(proconfig) setting where setting like 'search\_path=%') as callable
                from pg_proc p join pg_namespace n on n.oid = pronamespace
                where proowner = owner_id and nspowner = owner_id and nspname <> {Literal(HistorySchema)}
              loop
                execute format('revoke all on routine %s from public', it.name);
                execute format('%s execute on routine %s %s {login}', case when it.callable then 'grant' else 'revoke' end, it.name, case when it.callable then 'to' else 'from' end);
              end loop;

              for it in select oid from pg_largeobject_metadata where lomowner = owner_id loop
                execute format('grant select, update on large object %s to {login}', it.oid);
              end loop;

              alter default privileges for role {owner} grant usage on schemas to {login};
              alter default privileges for role {owner} grant select, insert, update, delete on tables to {login};
              alter default privileges for role {owner} grant usage, select, update on sequences to {login};
              alter default privileges for role {owner} revoke execute on functions from public;
              alter default privileges for role {owner} grant execute on functions to {login};
            end
            $grant$
            """;
    }

    /// <summary>Schemas first: whoever takes over what lies in a schema needs to be allowed to create there.</summary>
    private static string TakeOver(string from, string owner) =>
        $"""
        for it in select nspname from pg_namespace where nspowner = {Literal(from)}::regrole loop
          execute format('alter schema %I owner to {owner}', it.nspname);
        end loop;
        reassign owned by {Name(from)} to {owner};
        """;
}
