using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;
using Provisioner.Postgres;
using ServerState = ControlPlane.Catalog.ServerState;

namespace ControlPlane.Tenants.Moving;

/// <summary>The two databases of a move, with what carries rows between them.</summary>
public sealed class MovePair : IAsyncDisposable
{
    private MovePair(Move move, TenantDatabase source, TenantDatabase target, End from, End to)
    {
        (Move, Source, Target) = (move, source, target);
        Names = new MoveNames(move.Id);
        (SourceServer, TargetServer) = (from.Server, to.Server);
        From = new MoveSide(SourceServer, new TenantDatabaseName(source.Id), Names, from.IsLost);
        To = new MoveSide(TargetServer, new TenantDatabaseName(target.Id), Names, to.IsLost);
        Forth = new Replication(From, To, Names.Forth);
        Back = new Replication(To, From, Names.Back);
        Schema = new SchemaTransfer(From, To);
    }

    /// <summary>As it was when the step began.</summary>
    public Move Move { get; }

    public TenantDatabase Source { get; }

    public TenantDatabase Target { get; }

    public PostgresServer SourceServer { get; }

    public PostgresServer TargetServer { get; }

    public MoveNames Names { get; }

    public MoveSide From { get; }

    public MoveSide To { get; }

    public Replication Forth { get; }

    public Replication Back { get; }

    public SchemaTransfer Schema { get; }

    /// <param name="move">Its id.</param>
    public static async Task<MovePair> LoadAsync(Guid move, StepContext step, ServerConnections servers, CancellationToken ct) =>
        await FindAsync(move, step, servers, ct) ?? throw new InvalidOperationException($"There is no move {move}.");

    /// <summary>Null when no step got so far.</summary>
    public static async Task<MovePair?> FindAsync(Guid move, StepContext step, ServerConnections servers, CancellationToken ct)
    {
        var rows = await step.ReadAsync(
            db => (from m in db.Moves
                   join source in db.Databases on m.SourceId equals source.Id
                   join target in db.Databases on m.Id equals target.Id
                   where m.Id == move
                   from a in db.Servers
                   from b in db.Servers
                   where a.Id == source.ServerId && b.Id == target.ServerId
                   select new { Move = m, Source = source, Target = target, IsSourceLost = a.State == ServerState.Removed, IsTargetLost = b.State == ServerState.Removed }).SingleOrDefaultAsync(ct),
            ct);
        return rows is null
            ? null
            : new MovePair(
                rows.Move, rows.Source, rows.Target, new(await servers.GetAsync(rows.Source.ServerId, ct), rows.IsSourceLost), new(await servers.GetAsync(rows.Target.ServerId, ct), rows.IsTargetLost));
    }

    /// <summary>Makes the database on the other server, empty, with its roles.</summary>
    public async Task MakeTargetAsync(SecretBox secrets, CancellationToken ct)
    {
        var password = LoginPassword.From(secrets.Unprotect(Target.PasswordSecret, SecretPlaces.DatabasePassword(Target.Id)));
        await TargetServer.CreateRolesAsync(To.Name, password, new TenantRoleLimits(), ct);
        await TargetServer.CreateDatabaseAsync(To.Name, TemplateName.Empty, Move.TenantId, ct);
        await To.PrepareAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await From.DisposeAsync();
        await To.DisposeAsync();
    }

    private sealed record End(PostgresServer Server, bool IsLost);
}
