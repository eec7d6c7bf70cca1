using System.Text.RegularExpressions;
using ControlPlane.Access;
using ControlPlane.Access.Secrets;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Servers;

/// <summary>Puts a PostgreSQL server into the fleet. It is looked at before it is taken.</summary>
/// <param name="AdminConnection">Connection string of a superuser that belongs to the control plane.</param>
/// <param name="MaxConnections">That runtimes may hold; null takes what the server allows, less a reserve.</param>
/// <param name="WarmTarget">Warm databases to keep ready.</param>
[Requires(Role.Operator)]
public sealed partial record AddServer(
    string Name,
    string Region,
    [property: Secret] string AdminConnection,
    Tier Tier = Tier.Shared,
    int MaxDatabases = 1000,
    int? MaxConnections = null,
    int WarmTarget = 5,
    int? MaxDataMegabytes = null)
    : Command<ServerView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapCommand<AddServer, ServerView>(HttpMethod.Post, "/servers", server => $"/v1/servers/{server.Name}");

    public override string Subject() => $"servers/{Name}";

    public override IEnumerable<Fault> Faults()
    {
        if (!NameForm().IsMatch(Name))
        {
            yield return new("name", "must be 1 to 62 lower-case letters, digits and dashes, beginning with a letter");
        }

        if (!NameForm().IsMatch(Region))
        {
            yield return new("region", "must be 1 to 62 lower-case letters, digits and dashes, beginning with a letter");
        }

        if (MaxDatabases < 1)
        {
            yield return new("maxDatabases", "must be 1 or more");
        }

        if (MaxConnections < 1)
        {
            yield return new("maxConnections", "must be 1 or more");
        }

        if (WarmTarget < 0)
        {
            yield return new("warmTarget", "must be 0 or more");
        }

        if (MaxDataMegabytes < 1)
        {
            yield return new("maxDataMegabytes", "must be 1 or more");
        }

        if (ReadConnection() is not { Host.Length: > 0 })
        {
            yield return new("adminConnection", "must be a connection string: Host=…;Port=…;Username=…;Password=…");
        }
    }

    private NpgsqlConnectionStringBuilder? ReadConnection()
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(AdminConnection);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,61}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();

    internal sealed class Handler(CatalogDb db, ServerConnections servers, SecretBox secrets) : IRequestHandler<AddServer, ServerView>
    {
        public async Task<ServerView> Handle(AddServer request, CancellationToken cancellationToken)
        {
            if (await db.Servers.AnyAsync(s => s.Name == request.Name, cancellationToken))
            {
                throw Problem.Taken("server", request.Name);
            }

            var address = request.ReadConnection()!;
            var limit = await LookAtAsync(request, cancellationToken);
            var id = Guid.CreateVersion7();
            db.Servers.Add(new Server
            {
                Id = id,
                Name = request.Name,
                Region = request.Region,
                Tier = request.Tier,
                Host = address.Host!,
                Port = address.Port,
                AdminSecret = secrets.Protect(request.AdminConnection, SecretPlaces.ServerAdmin(id)),
                MaxDatabases = request.MaxDatabases,
                MaxConnections = request.MaxConnections ?? Math.Max(1, limit - Server.ReservedConnections),
                WarmTarget = request.WarmTarget,
                MaxDataMegabytes = request.MaxDataMegabytes,
            });
            await db.SaveChangesAsync(cancellationToken);
            return await ServerView.Of(db, db.Servers.Where(s => s.Id == id)).SingleAsync(cancellationToken);
        }

        private async Task<int> LookAtAsync(AddServer request, CancellationToken ct)
        {
            try
            {
                await using var server = servers.Open(request.AdminConnection);
                return (await server.InspectAsync(ct)).MaxConnections;
            }
            catch (NpgsqlException error)
            {
                throw new ProblemException(
                    409,
                    "server_unreachable",
                    $"Server '{request.Name}' cannot be used: {error.Message}",
                    "Check address, role and password, and that the server is PostgreSQL 15 or newer.",
                    error);
            }
        }
    }
}
