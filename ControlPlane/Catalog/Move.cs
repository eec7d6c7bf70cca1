using ControlPlane.Problems;
using NpgsqlTypes;
using Provisioner.Moves;

namespace ControlPlane.Catalog;

/// <summary>One tenant's way from one server to another.</summary>
public sealed class Move
{
    /// <summary>That of its operation, and of the database that is made for it.</summary>
    public required Guid Id { get; init; }

    public required Guid TenantId { get; init; }

    /// <summary>The database that the tenant had.</summary>
    public required Guid SourceId { get; init; }

    /// <summary>Only by replication there is a way back.</summary>
    public MoveMode Mode { get; init; }

    public MoveState State { get; private set; } = MoveState.Preparing;

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When the tenant began to live in the new place, by the catalog's clock.</summary>
    public DateTimeOffset? FlippedAt { get; private set; }

    /// <summary>Where the way back begins in the new place's log: what lies before came from the old one.</summary>
    public NpgsqlLogSequenceNumber? WayBackFrom { get; private set; }

    /// <summary>How long nobody could write.</summary>
    public double? BlockedMilliseconds { get; set; }

    /// <summary>How long requests waited at most, as far as the control plane can tell.</summary>
    public double? HeldMilliseconds { get; set; }

    /// <summary>When all rows had been compared.</summary>
    public DateTimeOffset? VerifiedAt { get; private set; }

    public long? VerifiedRows { get; private set; }

    /// <summary>What differed, in words; null where nothing did.</summary>
    public string? Difference { get; private set; }

    /// <summary>Until when the way back is kept.</summary>
    public DateTimeOffset? SoakUntil { get; private set; }

    public void Verify(DateTimeOffset now, long rows, string? difference) => (VerifiedAt, VerifiedRows, Difference) = (now, rows, difference);

    public void End()
    {
        Require(MoveState.Ended, MoveState.Soaking, MoveState.Ended);
        State = MoveState.Ended;
    }

    public void Undo()
    {
        Require(MoveState.Undone, MoveState.Preparing, MoveState.Undone);
        State = MoveState.Undone;
    }

    private void Require(MoveState wanted, params ReadOnlySpan<MoveState> allowed)
    {
        if (!allowed.Contains(State))
        {
            throw Problem.InvalidState($"Move {Id}", State.ToString(), wanted.ToString());
        }
    }
}
