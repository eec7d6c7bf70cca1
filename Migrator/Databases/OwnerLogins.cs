using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Migrator.Sql;
using Npgsql;

namespace Migrator.Databases;

/// <summary>
/// Lets owner roles of one server log in for the length of a session: each time with a new random password that expires
/// by itself, and NOLOGIN again afterwards. Requests that arrive while another is under way share one statement.
/// </summary>
/// <param name="admin">A login of that server that may alter roles, in any database of it, without waiting for the disk. Not disposed here.</param>
/// <param name="isSuperuser">Whether that login is a superuser's.</param>
/// <param name="serverTime">By the server's clock, which decides when a password expires.</param>
internal sealed class OwnerLogins(NpgsqlDataSource admin, bool isSuperuser, DateTimeOffset serverTime) : IDisposable
{
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(15);

    // A password of 256 random bits cannot be guessed, so stretching it would only cost time on every login.
    private const int Iterations = 1;

    private const int Attempts = 10;

    // Fails, and with it all that is sent along, where one of them is mighty. Planned once: a view, or a block of code, costs more each time than all the rest.
    private readonly string check = $"select 1 / (not (rolsuper or rolcreaterole))::int from pg_catalog.{(isSuperuser ? "pg_authid" : "pg_roles")} where rolname = any($1)";
    private readonly long connectedAt = TimeProvider.System.GetTimestamp();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1);
    private List<Change> queued = [];

    /// <summary>Allows the role to log in and returns its password. It is neither a superuser nor may it alter roles.</summary>
    /// <exception cref="MigrationException">There is no such role, it has rights that an owner must not have, or the admin login may not alter it.</exception>
    public async Task<string> AllowAsync(string role, CancellationToken ct)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var until = serverTime + TimeProvider.System.GetElapsedTime(connectedAt) + Expiry;
        await ChangeAsync(role, admits: true, string.Create(CultureInfo.InvariantCulture, $"login password {SqlName.Literal(Verifier(password))} valid until '{until:O}'"), ct);
        return password;
    }

    public Task RevokeAsync(string role, CancellationToken ct) => ChangeAsync(role, admits: false, "nologin password null valid until 'infinity'", ct);

    public void Dispose() => turn.Dispose();

    /// <summary>What PostgreSQL stores for a password, made here so that the password itself never travels or gets logged.</summary>
    internal static string Verifier(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(CultureInfo.InvariantCulture, $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}");
    }

    private async Task ChangeAsync(string role, bool admits, string attributes, CancellationToken ct)
    {
        var change = new Change(role, admits, attributes);
        lock (gate) queued.Add(change);
        await turn.WaitAsync(ct);
        try
        {
            List<Change> mine;
            lock (gate) (mine, queued) = (queued, []);
            if (mine.Count > 0) await RunAsync(mine);
        }
        finally
        {
            turn.Release();
        }

        await change.Done.Task.WaitAsync(ct);
    }

    // Not cancellable: the statement carries the requests of others too.
    private async Task RunAsync(List<Change> changes)
    {
        try
        {
            await ExecuteAsync(changes);
            changes.ForEach(change => change.Done.SetResult());
        }
        catch (NpgsqlException) when (changes.Count > 1)
        {
            // One bad role must not fail the others.
            foreach (var change in changes) await RunAsync([change]);
        }
        catch (NpgsqlException e)
        {
            changes[0].Done.SetException(Explain(changes[0].Role, e));
        }
        catch (Exception e)
        {
            // Others wait for these; they must learn of it too.
            changes.ForEach(change => change.Done.TrySetException(e));
            throw;
        }
    }

    private async Task ExecuteAsync(List<Change> changes)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteOnceAsync(changes);
                return;
            }
            catch (PostgresException e) when (attempt < Attempts && e.SqlState == PostgresErrorCodes.InternalError)
            {
                // "tuple concurrently updated": another run altered the same role at the same moment.
                await Task.Delay(Random.Shared.Next(5, 20 * attempt), CancellationToken.None);
            }
        }
    }

    private async Task ExecuteOnceAsync(List<Change> changes)
    {
        await using var batch = admin.CreateBatch();
        var admitted = changes.Where(change => change.Admits).Select(change => change.Role).ToArray();
        if (admitted.Length > 0)
        {
            // Asked here, where catalogs are warm, it costs far less than in the session that is about to begin.
            batch.BatchCommands.Add(new(check) { Parameters = { new NpgsqlParameter<string[]> { TypedValue = admitted } } });
        }

        foreach (var change in changes) batch.BatchCommands.Add(new($"alter role {SqlName.Quote(change.Role)} {change.Attributes}"));
        await batch.ExecuteNonQueryAsync();
    }

    internal static MigrationException Mighty(string role) => new(
        MigrationError.Role,
        $"A session for the owner role {role} could act as a superuser or alter roles, and code planted in the database could too. Make a plain role the owner: create role …; alter database … owner to ….");

    private static MigrationException Explain(string role, NpgsqlException e) => e switch
    {
        _ when Unreachable.Is(e) => Unreachable.From(e),
        PostgresException { SqlState: PostgresErrorCodes.DivisionByZero } => Mighty(role),
        PostgresException { SqlState: PostgresErrorCodes.UndefinedObject } =>
            new(MigrationError.Role, $"The owner role {role} does not exist on this server. Create it, or name the role that owns the database.", e) { SqlState = e.SqlState },
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            new(MigrationError.Role, $"The login may not alter the owner role {role}. Use a login with CREATEROLE, or make it a member of {role}.", e) { SqlState = e.SqlState },
        PostgresException p => new(MigrationError.Role, $"The owner role {role} could not be allowed to log in: {p.MessageText}.", e) { SqlState = e.SqlState },
        _ => Unreachable.From(e),
    };

    private sealed record Change(string Role, bool Admits, string Attributes)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
