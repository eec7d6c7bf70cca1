using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ControlPlane.Servers;

/// <summary>Looks at everything that a person would look at first, and says what to do about what is wrong.</summary>
[Requires(Role.Viewer)]
public sealed record Doctor : Query<Doctor.Answer>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) => v1.MapQuery<Doctor, Answer>("/doctor");

    /// <param name="Healthy">Whether every check is good.</param>
    public sealed record Answer(bool Healthy, IReadOnlyList<Check> Checks);

    /// <param name="Advice">What to do next; null when it is good.</param>
    public sealed record Check(string Name, bool Good, string Detail, string? Advice);

    internal sealed class Handler(CatalogDb db, ServerConnections servers, ApplicationSchema schema) : IRequestHandler<Doctor, Answer>
    {
        public async Task<Answer> Handle(Doctor request, CancellationToken cancellationToken)
        {
            List<Check> checks =
            [
                await OperationsAsync(cancellationToken),
                await FindingsAsync(cancellationToken),
                await RuntimesAsync(cancellationToken),
                .. await ServersAsync(cancellationToken),
            ];
            return new(checks.TrueForAll(c => c.Good), checks);
        }

        private async Task<Check> OperationsAsync(CancellationToken ct)
        {
            var live = await db.Operations.CountAsync(o => o.FinishedAt == null, ct);
            var stopped = await db.Operations.CountAsync(o => o.State == OperationState.NeedsOperator, ct);
            return new(
                "operations", stopped == 0, $"{live} under way, {stopped} need an operator",
                stopped == 0 ? null : "Look at them with: ctl operations list --state needs_operator");
        }

        private async Task<Check> FindingsAsync(CancellationToken ct)
        {
            var open = await db.Findings.CountAsync(f => f.ResolvedAt == null, ct);
            return new("findings", open == 0, $"{open} open", open == 0 ? null : "Read them with: ctl findings");
        }

        private async Task<Check> RuntimesAsync(CancellationToken ct)
        {
            var rows = await db.Database
                .SqlQuery<long>($"select h.revision - r.revision as \"Value\" from runtimes r, route_head h where r.seen_at > now() - interval '5 minutes'")
                .ToListAsync(ct);
            var behind = rows.Count(r => r > 0);
            return new(
                "runtimes", behind == 0, $"{rows.Count} in the last five minutes, {behind} behind the newest route",
                behind == 0 ? null : "A runtime that stays behind cannot reach the control plane: look at its /health/ready.");
        }

        private async Task<List<Check>> ServersAsync(CancellationToken ct)
        {
            var checks = new List<Check>();
            foreach (var server in await ServerView.Of(db, db.Servers.Where(s => s.State != ServerState.Removed).OrderBy(s => s.Name)).ToListAsync(ct))
            {
                checks.Add(await ServerAsync(server, ct));
            }

            return checks.Count > 0 ? checks : [new("servers", Good: false, "there is none", "Add one with: ctl servers add")];
        }

        private async Task<Check> ServerAsync(ServerView server, CancellationToken ct)
        {
            var name = $"server {server.Name}";
            try
            {
                var wanted = await WantedSchema.ReadAsync(db, schema, ct);
                var seen = await (await servers.GetAsync(server.Id, ct)).InspectAsync(ct);
                var behind = await db.Databases.CountAsync(
                    d => d.ServerId == server.Id && d.State == TenantDatabaseState.Assigned && d.SchemaVersion != wanted.Version, ct);
                var full = server.Databases >= server.MaxDatabases;
                return new(
                    name,
                    !full && behind == 0,
                    $"PostgreSQL {seen.Version}, {server.Databases} of {server.MaxDatabases} databases, {seen.UsedConnections} of {seen.MaxConnections} connections, {behind} behind schema {wanted.Version}",
                    full ? "It takes no new tenants. Add a server with: ctl servers add"
                        : behind > 0 ? "Migrate them with: ctl migrations apply" : null);
            }
            catch (NpgsqlException error)
            {
                return new(name, Good: false, $"cannot be reached: {error.Message}", "Start it, or correct its address.");
            }
        }
    }
}
