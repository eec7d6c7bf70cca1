using ControlPlane.Catalog;
using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Servers.Provisioning;

/// <summary>The machine that an operation is about: the one that an earlier step chose, else its subject.</summary>
public static class MachineOf
{
    private const string Key = "machine";
    private const string Warm = "warm";

    /// <summary>Later steps work on this machine.</summary>
    public static void Remember(StepContext step, Guid machine) => step.Memory[Key] = machine.ToString();

    /// <summary>It was a server before this operation, and stays one if this is undone.</summary>
    public static void RememberWarm(StepContext step) => step.Memory[Warm] = true;

    /// <summary>Whether it was a server before this operation.</summary>
    public static bool WasWarm(StepContext step) => step.Memory.ContainsKey(Warm);

    /// <summary>Whether this operation has a machine made, so that undoing it removes the machine with all that is on it.</summary>
    public static bool IsMadeFor(StepContext step) => step.Memory.ContainsKey(Key) && !WasWarm(step);

    /// <summary>That an earlier step chose; null when none did.</summary>
    public static Guid? Remembered(StepContext step) => step.Memory[Key] is { } id ? Guid.Parse((string)id!) : null;

    public static Guid IdOf(StepContext step) => Remembered(step) ?? step.SubjectId;

    public static Task<Machine> LoadAsync(StepContext step, CancellationToken ct) =>
        step.ReadAsync(db => db.Machines.SingleAsync(m => m.Id == IdOf(step), ct), ct);

    /// <summary>Null when its row was never written.</summary>
    public static Task<Machine?> FindAsync(StepContext step, CancellationToken ct) =>
        step.ReadAsync(db => db.Machines.SingleOrDefaultAsync(m => m.Id == IdOf(step), ct), ct);

    /// <summary>Changes its row, while this worker owns the operation.</summary>
    public static Task ChangeAsync(StepContext step, Action<Machine> change, CancellationToken ct) =>
        step.WriteAsync(async db => change(await db.Machines.SingleAsync(m => m.Id == IdOf(step), ct)), ct);
}
