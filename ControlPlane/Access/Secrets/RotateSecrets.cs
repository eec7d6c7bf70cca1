using ControlPlane.Api;
using ControlPlane.Catalog;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Access.Secrets;

/// <summary>
/// Encrypts all secrets of the catalog again with the newest key of the ring. In a folder of its own the control plane makes
/// that key first; in a folder that a setting names, it is brought by whoever takes care of it, to every node.
/// </summary>
[Requires(Role.Admin)]
public sealed record RotateSecrets : Command<RotateSecrets.Rotated>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapCommand<RotateSecrets, Rotated>(HttpMethod.Post, "/secrets/rotate");

    public override string Subject() => "secrets";

    /// <summary>What was done.</summary>
    /// <param name="Key">Id of the key that is used now.</param>
    /// <param name="Renewed">How many secrets were encrypted again.</param>
    public sealed record Rotated(string Key, int Renewed);

    internal sealed class Handler(AccessSettings settings, KeyRing ring, SecretRotation rotation, CatalogDb db)
        : IRequestHandler<RotateSecrets, Rotated>
    {
        public async Task<Rotated> Handle(RotateSecrets request, CancellationToken cancellationToken)
        {
            var key = settings.OwnKeys ? await ring.RotateAsync(cancellationToken) : ring.Active;
            var renewed = await rotation.RunAsync((NpgsqlConnection)db.Database.GetDbConnection(), cancellationToken);
            return new(key.Id, renewed);
        }
    }
}
