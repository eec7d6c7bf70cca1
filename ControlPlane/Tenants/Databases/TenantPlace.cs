using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using ControlPlane.Servers.Provisioning;
using Microsoft.EntityFrameworkCore;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Databases;

/// <summary>The database that a step works on, and the way to its server.</summary>
/// <param name="Database">Its row, as it was when the step began.</param>
/// <param name="Name">Names of the database and its roles on the server.</param>
/// <param name="Postgres">Its server.</param>
public sealed record TenantPlace(TenantDatabase Database, TenantDatabaseName Name, PostgresServer Postgres)
{
    private const string Key = "database";
    private const string Whole = "whole";
    private const string Bound = "bound";

    /// <summary>True while it is not known to be whole.</summary>
    public bool IsUnfinished => Database.State == TenantDatabaseState.Creating;

    /// <summary>Later steps of the operation work on this database.</summary>
    public static void Remember(StepContext step, Guid database) => step.Memory[Key] = database.ToString();

    /// <summary>Later steps have nothing to make: the database was whole before the operation took it.</summary>
    public static void RememberWhole(StepContext step) => step.Memory[Whole] = true;

    /// <summary>As an earlier step has remembered.</summary>
    public static bool IsKnownWhole(StepContext step) => step.Memory.ContainsKey(Whole);

    /// <summary>The tenant's id is, or will be, written into the database by whoever makes it.</summary>
    public static void RememberBound(StepContext step) => step.Memory[Bound] = true;

    /// <summary>As an earlier step has remembered.</summary>
    public static bool IsKnownBound(StepContext step) => step.Memory.ContainsKey(Bound);

    /// <summary>The database that an earlier step has remembered, or null when none got so far.</summary>
    public static Guid? Remembered(StepContext step) => step.Memory[Key] is { } id ? Guid.Parse((string)id!) : null;

    /// <summary>Loads what an earlier step has remembered.</summary>
    public static async Task<TenantPlace> LoadAsync(StepContext step, ServerConnections servers, CancellationToken ct) =>
        await FindAsync(step, servers, ct)
        ?? throw new InvalidOperationException($"{step.Subject} has no database yet; an earlier step must choose one.");

    /// <summary>
    /// What there is to take back on a server; null when no step got so far, or when the machine was made for this and goes as a whole.
    /// </summary>
    public static Task<TenantPlace?> FindForUndoAsync(StepContext step, ServerConnections servers, CancellationToken ct) =>
        MachineOf.IsMadeFor(step) ? Task.FromResult<TenantPlace?>(null) : FindAsync(step, servers, ct);

    /// <summary>Loads what an earlier step has remembered; null when none did.</summary>
    public static async Task<TenantPlace?> FindAsync(StepContext step, ServerConnections servers, CancellationToken ct) =>
        Remembered(step) is { } id ? await LoadAsync(id, step, servers, ct) : null;

    public static async Task<TenantPlace?> LoadAsync(Guid id, StepContext step, ServerConnections servers, CancellationToken ct)
    {
        var database = await step.ReadAsync(db => db.Databases.SingleOrDefaultAsync(d => d.Id == id, ct), ct);
        return database is null
            ? null
            : new TenantPlace(database, new TenantDatabaseName(database.Id), await servers.GetAsync(database.ServerId, ct));
    }

    /// <summary>Drops the database and both roles; what is not there is fine.</summary>
    public async Task DropAsync(CancellationToken ct)
    {
        await Postgres.DropDatabaseAsync(Name, ct);
        await Postgres.DropRolesAsync(Name, ct);
    }
}
