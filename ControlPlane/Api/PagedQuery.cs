namespace ControlPlane.Api;

/// <summary>Lists something page by page: <c>?limit=&amp;after=</c>.</summary>
public abstract record PagedQuery<TItem> : Query<Page<TItem>>
{
    private const int Most = 500;

    /// <summary>How many at most, 1 to 500.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>The <c>next</c> of the page before.</summary>
    public string? After { get; init; }

    public override IEnumerable<Fault> Faults()
    {
        if (Limit is < 1 or > Most)
        {
            yield return new("limit", $"must be from 1 to {Most}");
        }

        if (After is not null && (Cursor.Decode(After) is not { } key || !IsKey(key)))
        {
            yield return new("after", "must be the 'next' of the page before");
        }
    }

    /// <summary>The key after which the list goes on; null for its beginning.</summary>
    protected internal string? AfterKey() => After is null ? null : Cursor.Decode(After);

    /// <summary>Whether a decoded cursor has the form of this list's key.</summary>
    protected virtual bool IsKey(string key) => true;
}
