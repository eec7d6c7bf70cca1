namespace Provisioner.Hetzner;

/// <summary>The part of an address after the question mark.</summary>
internal static class Query
{
    /// <summary>Adds what has a value, escaped.</summary>
    public static string On(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                path += $"{separator}{name}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        }

        return path;
    }
}
