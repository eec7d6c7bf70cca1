using System.Collections.Concurrent;

namespace ControlPlane.Tenants.Moving;

/// <summary>Keeps what a cut saw until its rows are compared, which may be a step later but in the same process.</summary>
public sealed class MoveSnapshots : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, MoveSnapshot> kept = new();

    /// <summary>Instead of one from an earlier try.</summary>
    public async Task KeepAsync(Guid move, MoveSnapshot snapshot)
    {
        await DropAsync(move);
        kept[move] = snapshot;
    }

    /// <summary>Nobody will compare anything.</summary>
    public async Task DropAsync(Guid move)
    {
        if (Take(move) is { } snapshot)
        {
            await snapshot.DisposeAsync();
        }
    }

    /// <summary>It is the caller's from now on; null when another process had it.</summary>
    public MoveSnapshot? Take(Guid move) => kept.TryRemove(move, out var snapshot) ? snapshot : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var snapshot in kept.Values)
        {
            await snapshot.DisposeAsync();
        }
    }
}
