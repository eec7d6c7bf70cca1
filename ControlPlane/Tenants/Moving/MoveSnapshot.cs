using Provisioner.Moves;

namespace ControlPlane.Tenants.Moving;

/// <summary>Both databases as they were at the cut, for as long as it is kept open.</summary>
public sealed class MoveSnapshot : IAsyncDisposable
{
    private MoveSnapshot(DatabaseSnapshot source, DatabaseSnapshot target) => (Source, Target) = (source, target);

    public DatabaseSnapshot Source { get; }

    public DatabaseSnapshot Target { get; }

    /// <summary>Opens the sessions; what they see is decided by <see cref="TakeAsync"/>.</summary>
    public static async Task<MoveSnapshot> OpenAsync(MovePair pair, CancellationToken ct)
    {
        var source = await DatabaseSnapshot.OpenAsync(pair.SourceServer, pair.From.Name, ct);
        try
        {
            return new MoveSnapshot(source, await DatabaseSnapshot.OpenAsync(pair.TargetServer, pair.To.Name, ct));
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    public Task TakeAsync(CancellationToken ct) => Task.WhenAll(Source.TakeAsync(ct), Target.TakeAsync(ct));

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }
}
