namespace Migrator.Sources;

/// <summary>Orders versions as people count: <c>2</c> before <c>10</c>, <c>1.2</c> before <c>1.10</c>, then names.</summary>
public sealed class VersionOrder : IComparer<string?>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = (x ?? "").Split('.', '_');
        var right = (y ?? "").Split('.', '_');
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = ComparePart(left[i], right[i]);
            if (order != 0) return order;
        }

        return left.Length - right.Length;
    }

    private static int ComparePart(string left, string right)
    {
        if (!left.All(char.IsAsciiDigit) || !right.All(char.IsAsciiDigit)) return string.CompareOrdinal(left, right);
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal(left, right);
    }
}
