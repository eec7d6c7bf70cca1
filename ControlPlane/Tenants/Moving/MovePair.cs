using ControlPlane.Access.Secrets;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Servers;
using Microsoft.EntityFrameworkCore;
using Provisioner.Moves;
using Provisioner.Postgres;

namespace ControlPlane.Tenants.Moving;

/// <summary>The two databases of a move, with what carries rows between them.</summary>
public sealed class MovePair : IAsyncDisposable
{
    private MovePair(Move move, TenantDatabase source, TenantDatabase target, PostgresServer sourceServer, PostgresServer targetServer)
    {
        (Move, Source, Target) = (move, source, target);
        Names = new MoveNames(move.Id);
        From = new MoveSide(sourceServer, new TenantDatabaseName(source.Id), Names);
        To = new MoveSide(targetServer, new TenantDatabaseName(target.Id), Names);
        Forth = new Replication(From, To, Names.Forth);
        Back = new Replication(To, From, Names.Back);
        Schema = new SchemaTransfer(From, To);
        (SourceServer, TargetServer) = (sourceServer, targetServer);
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
                   select new { Move = m, Source = source, Target = target }).SingleOrDefaultAsync(ct),
            ct);
        return rows is null
            ? null
            : new MovePair(rows.Move, rows.Source, rows.Target, await servers.GetAsync(rows.Source.ServerId, ct), await servers.GetAsync(rows.Target.ServerId, ct));
    }

    /// <summary>Makes the database on the other server, empty, with its roles.</summary>
    public async Task MakeTargetAsync(SecretBox secrets, CancellationToken ct)
    {
        var password = LoginPassword.From(secrets.Unprotect(Target.PasswordSecret, SecretPlaces.DatabasePassword(Target.Id)));
        await TargetServer.CreateRolesAsync(To.Name, password, new TenantRoleLimits(), ct);
        await TargetServer.CreateDatabaseAsync(To.Name, TemplateName.Empty, Move.TenantId, ct);
        await To.PrepareAsync(ct);
    }

    public async Task DropTargetAsync(CancellationToken ct)
    {
        await To.DisposeAsync();
        await TargetServer.DropDatabaseAsync(To.Name, ct);
        await To.CleanAsync(ct);
        await TargetServer.DropRolesAsync(To.Name, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await From.DisposeAsync();
        await To.DisposeAsync();
    }
}
