using Support;
using Provisioner.Moves;
using Provisioner.Postgres;

namespace Provisioner.Tests.Moves;

/// <summary>One tenant on its way, act by act as the steps of a move do it.</summary>
public sealed class MovingTenant : IAsyncDisposable
{
    private readonly MoveWorld world;
    private readonly LoginPassword password;
    private NpgsqlTypes.NpgsqlLogSequenceNumber? wayBack;

    public MovingTenant(MoveWorld world, TenantDatabaseName name, LoginPassword password)
    {
        (this.world, this.password) = (world, password);
        var move = Guid.CreateVersion7();
        Names = new MoveNames(move);
        From = new MoveSide(world.Source, name, Names);
        To = new MoveSide(world.Target, new TenantDatabaseName(move), Names);
        Forth = new Replication(From, To, Names.Forth);
        Back = new Replication(To, From, Names.Back);
        Schema = new SchemaTransfer(From, To);
    }

    public MoveNames Names { get; }

    public LoginPassword NewPassword { get; } = LoginPassword.Generate();

    /// <summary>One of the workers that follow each other.</summary>
    public MoveWorker Worker(long epoch) => new(Names.Id, epoch);

    public MoveSide From { get; }

    public MoveSide To { get; }

    public Replication Forth { get; }

    public Replication Back { get; }

    public SchemaTransfer Schema { get; }

    /// <summary>As the application logs in before the move, and after it.</summary>
    public string Before => world.Source.LoginConnectionString(From.Name, password) + ";Pooling=false";

    public string After => world.Target.LoginConnectionString(To.Name, NewPassword) + ";Pooling=false";

    public string AdminBefore => world.AdminIn(world.SourceCluster, From.Name.Database);

    public string AdminAfter => world.AdminIn(world.TargetCluster, To.Name.Database);

    /// <summary>Runs something as a migration would.</summary>
    public async Task AsOwnerAsync(string sql)
    {
        var owners = new OwnerLogin(new Npgsql.NpgsqlConnectionStringBuilder(world.SourceCluster.ConnectionString));
        await Sql.ExecuteAsync(world.SourceCluster.ConnectionString, owners.Let(From.Name.Owner));
        await Sql.ExecuteAsync(owners.ConnectionString(From.Name.Database, From.Name.Owner), sql);
    }

    /// <summary>Everything that goes on while the tenant works.</summary>
    /// <param name="whileCopying">Done when the copy has begun.</param>
    public async Task PrepareAsync(Func<Task>? whileCopying = null)
    {
        await From.PrepareAsync(default);
        await From.FreezeAsync(default);
        await From.SetIdentitiesAsync(default);
        await Forth.PublishAsync(default);
        await world.Target.CreateRolesAsync(To.Name, NewPassword, new TenantRoleLimits(), default);
        await world.Target.CreateDatabaseAsync(To.Name, TemplateName.Empty, Guid.CreateVersion7(), default);
        await To.PrepareAsync(default);
        await Schema.CopySettingsAsync(default);
        await Schema.CopyTablesAsync(default);
        await Forth.KeepAsync(default);
        await Forth.SubscribeAsync(copy: true, enabled: true, default);
        await (whileCopying?.Invoke() ?? Task.CompletedTask);
        await Eventually.Async(async () => (await Forth.ProgressAsync(default)).IsComplete, TimeSpan.FromSeconds(30), "all tables are copied");
        await Forth.DisableAsync(default);
        await Schema.CopyRestAsync(default);
        await Forth.EnableAsync(default);
        await Schema.RefreshAsync(default);
        await Back.PublishAsync(default);
        await Back.KeepAsync(default);
        await Back.SubscribeAsync(copy: false, enabled: false, default);
        await To.AwaitAsync(await From.PingAsync(default), TimeSpan.FromSeconds(30), default);
    }

    /// <summary>The cut: from here on the tenant lives on the second server.</summary>
    public async Task CutAsync(long epoch = 1)
    {
        var marker = Guid.CreateVersion7();
        await From.ShutAsync(marker, Worker(epoch), TimeSpan.FromSeconds(5), default);
        wayBack = await To.SettleAsync(marker, Worker(epoch), TimeSpan.FromSeconds(5), default);
    }

    /// <summary>What was needed to get here goes, and rows begin to go the other way.</summary>
    public async Task TurnAroundAsync()
    {
        await Forth.DropAsync(default);
        await Back.PassOverAsync(wayBack!.Value, default);
        await Back.EnableAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await Back.DropAsync(default);
        await Forth.DropAsync(default);
        await To.CleanAsync(default);
        await From.CleanAsync(default);
        await To.DisposeAsync();
        await From.DisposeAsync();
        foreach (var (server, name) in new[] { (world.Source, From.Name), (world.Target, To.Name) })
        {
            await server.DropDatabaseAsync(name, default);
            await server.DropRolesAsync(name, default);
        }
    }
}
