using ControlPlane.Problems;

namespace ControlPlane.Catalog;

/// <summary>A customer. State changes only through the methods, which throw where a change is not allowed.</summary>
public sealed class Tenant
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Slug { get; init; }

    public required string Plan { get; set; }

    public required Tier Tier { get; set; }

    public required string Region { get; init; }

    /// <summary>Who goes first when something new goes over the fleet: the lowest.</summary>
    public int Ring { get; set; } = TenantRing.Usual;

    public TenantState State { get; private set; } = TenantState.Onboarding;

    /// <summary>The one live database; null until it is assigned and after the purge.</summary>
    public Guid? DatabaseId { get; set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>By the database's clock; null means it has never been served, so undoing its onboarding is safe.</summary>
    public DateTimeOffset? ActivatedAt { get; private set; }

    public string? SuspendedBecause { get; private set; }

    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>When nothing can bring it back any more.</summary>
    public DateTimeOffset? PurgeAt { get; private set; }

    /// <summary>File of its last dump, kept until <see cref="PurgeAt"/>.</summary>
    public string? LastDump { get; set; }

    public void Activate(DateTimeOffset now)
    {
        Require(TenantState.Active, TenantState.Onboarding, TenantState.Active);
        ActivatedAt ??= now;
        State = TenantState.Active;
    }

    public void Suspend(string because)
    {
        Require(TenantState.Suspended, TenantState.Active, TenantState.Suspended);
        SuspendedBecause = because;
        State = TenantState.Suspended;
    }

    public void Resume()
    {
        Require(TenantState.Active, TenantState.Suspended, TenantState.Active);
        SuspendedBecause = null;
        State = TenantState.Active;
    }

    public void Delete(DateTimeOffset now, TimeSpan grace)
    {
        Require(TenantState.Deleted, TenantState.Active, TenantState.Suspended);
        State = TenantState.Deleted;
        DeletedAt = now;
        PurgeAt = now + grace;
    }

    public void Restore()
    {
        Require(TenantState.Active, TenantState.Deleted);
        State = TenantState.Active;
        SuspendedBecause = null;
        DeletedAt = null;
        PurgeAt = null;
    }

    /// <summary>From here on nothing brings it back, and what belongs to it may be dropped.</summary>
    public void BeginPurge() => Require(TenantState.Purged, TenantState.Deleted, TenantState.Purged);

    public void Purge()
    {
        BeginPurge();
        State = TenantState.Purged;
        DatabaseId = null;
        LastDump = null;
    }

    private void Require(TenantState wanted, params ReadOnlySpan<TenantState> allowed)
    {
        if (!allowed.Contains(State))
        {
            throw Problem.InvalidState($"Tenant '{Slug}'", State.ToString(), wanted.ToString());
        }
    }
}
