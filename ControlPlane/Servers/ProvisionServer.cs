using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers.Machines;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;
using MediatR;

namespace ControlPlane.Servers;

/// <summary>Has a machine made and takes it into the fleet: a shared one, or a dedicated one that waits, warm, for its customer.</summary>
/// <param name="Region">Null chooses the only one there is.</param>
[Requires(Role.Operator)]
public sealed record ProvisionServer(Tier Tier, string? Region = null) : Command<ProvisionServer.Ordered>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<ProvisionServer, Ordered>(HttpMethod.Post, "/servers/provision");

    public override string Subject() => "servers";

    /// <param name="Name">What it will be called.</param>
    public sealed record Ordered(Guid Operation, Guid Id, string Name) : Accepted(Operation);

    internal sealed class Handler(CatalogDb db, OperationStart start, NewMachine newMachine, IMachineProvider machines, ControlPlaneSettings settings)
        : IRequestHandler<ProvisionServer, Ordered>
    {
        public async Task<Ordered> Handle(ProvisionServer request, CancellationToken cancellationToken)
        {
            var regions = machines.Choices(region: null).Select(c => c.Location).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            var region = request.Region ?? (regions.Count == 1 ? regions[0] : null);
            if (!settings.MakesMachines)
            {
                throw new Problems.ProblemException(409, "no_provider", "No machine can be made: there is no cloud account.", "Set Hetzner__Token, or add a server of your own with: ctl servers add");
            }

            if (region is null || !regions.Contains(region, StringComparer.Ordinal))
            {
                throw InvalidRequest.Of(new Fault("region", $"must be one of {string.Join(", ", regions)}"));
            }

            var machine = newMachine.Add(db, request.Tier, region, tenant: null);
            return new(await start.OfAsync<ServerProvisioning>(machine.Id, machine.Name, new { request.Tier, region }, cancellationToken), machine.Id, machine.Name);
        }
    }
}
