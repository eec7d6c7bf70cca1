namespace ControlPlane.Api;

/// <summary>A part of a list.</summary>
/// <param name="Next">What to pass as <c>after</c> for the following part; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Makes a page of up to <paramref name="limit"/> from a read of one more than that.</summary>
    /// <param name="key">What the list is ordered by; must be unique.</param>
    public static Page<T> Of(IReadOnlyList<T> read, int limit, Func<T, string> key) =>
        read.Count > limit ? new([.. read.Take(limit)], Cursor.Encode(key(read[limit - 1]))) : new(read, null);

    public Page<TOther> Select<TOther>(Func<T, TOther> map) => new([.. Items.Select(map)], Next);
}
