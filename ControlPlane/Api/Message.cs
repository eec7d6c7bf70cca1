namespace ControlPlane.Api;

/// <summary>What <see cref="Query{TAnswer}"/> and <see cref="Command{TAnswer}"/> have in common.</summary>
public abstract record Message
{
    /// <summary>All that is wrong with the request as it stands, so that a caller learns it at once.</summary>
    public virtual IEnumerable<Fault> Faults() => [];
}
