using ControlPlane.Catalog;
using Provisioner.Hetzner.Servers;

namespace ControlPlane.Servers.Machines;

/// <summary>What was made.</summary>
/// <param name="Actions">What the provider still does to it.</param>
public sealed record MachineOrder(long? CloudId, ServerChoice Choice, string Address, MachinePrice? Price, IReadOnlyList<long> Actions);
