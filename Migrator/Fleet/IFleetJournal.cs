namespace Migrator.Fleet;

/// <summary>
/// Where a fleet's state is kept: who is running, and where each database stands. A file for the command of its own, the
/// catalog in a control plane.
/// </summary>
public interface IFleetJournal
{
    /// <summary>Claims the fleet for one run until the claim is disposed, even by a crash.</summary>
    /// <exception cref="MigrationException"><see cref="MigrationError.Busy"/>: another run has it; the message names that run.</exception>
    Task<IAsyncDisposable> ClaimAsync(string run, CancellationToken ct);

    /// <summary>Records one result. Called from many threads; a result that cannot be recorded stops the run.</summary>
    Task RecordAsync(TargetResult result, CancellationToken ct);
}
