using ControlPlane.Access.Keys;
using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using Microsoft.EntityFrameworkCore;
using Provisioner.Ssh;

namespace ControlPlane.Servers.Provisioning;

/// <summary>Has the machine made. Undone, it is gone, and its application's key with it.</summary>
public sealed class OrderMachine(IMachineProvider provider, SecretBox secrets) : Step
{
    private const string Actions = "actions";

    public override TimeSpan Deadline => TimeSpan.FromMinutes(2);

    /// <summary>What its maker still did to it when it was ordered.</summary>
    internal static IReadOnlyList<long> ActionsOf(StepContext step) => step.Memory[Actions] is { } ids ? [.. ids.AsArray().Select(id => (long)id!)] : [];

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        var machine = await MachineOf.LoadAsync(step, ct);
        if (MachineOf.WasWarm(step))
        {
            return StepResult.Done;
        }

        if (machine.HostKeys.Length == 0)
        {
            var first = await SshKeyPair.GenerateAsync(ct);
            await MachineOf.ChangeAsync(
                step,
                m => (m.HostKeys, m.HostKeySecret) = ([first.PublicKey], secrets.Protect(first.RevealPrivateKey(), SecretPlaces.MachineHostKey(m.Id))),
                ct);
            machine = await MachineOf.LoadAsync(step, ct);
        }

        var image = await step.ReadAsync(db => FindImageAsync(db, machine, ct), ct);
        var order = await provider.OrderAsync(machine, image, step.Log, ct);
        step.Memory[Actions] = new System.Text.Json.Nodes.JsonArray([.. order.Actions.Select(id => (System.Text.Json.Nodes.JsonNode)id)]);
        await MachineOf.ChangeAsync(step, m => m.Bought(order.CloudId, order.Choice, order.Address, order.Price), ct);
        return StepResult.Done;
    }

    public override async Task UndoAsync(StepContext step, CancellationToken ct)
    {
        if (MachineOf.WasWarm(step) || await MachineOf.FindAsync(step, ct) is not { } machine)
        {
            return;
        }

        await MachineOf.ChangeAsync(step, m => m.BeginRemoval(), ct);
        await provider.RemoveAsync(machine, step.Log, ct);
        await step.WriteAsync(db => ForgetAsync(db, machine, ct), ct);
    }

    /// <summary>The newest golden image; null for the plain system, from which golden images themselves are made.</summary>
    private static async Task<long?> FindImageAsync(CatalogDb db, Machine machine, CancellationToken ct) =>
        await db.Images.AnyAsync(i => i.MachineId == machine.Id, ct)
            ? null
            : await db.Images.Where(i => i.State == GoldenImageState.Ready).OrderByDescending(i => i.Id).Select(i => i.CloudId).FirstOrDefaultAsync(ct);

    /// <summary>Nothing of it is left: its key ends too.</summary>
    internal static async Task ForgetAsync(CatalogDb db, Machine machine, CancellationToken ct)
    {
        (await db.Machines.SingleAsync(m => m.Id == machine.Id, ct)).EndRemoval();
        (await db.Set<ApiKey>().SingleAsync(k => k.Id == machine.RuntimeKeyId, ct)).Revoke(await db.NowAsync(ct));
    }
}
