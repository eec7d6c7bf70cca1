using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TenantRuntime.Hosts;

/// <summary>
/// Reads the Host header strictly: lower-cased letters, digits, hyphens and single dots, at most 253 characters in
/// labels of at most 63, an optional decimal port. What is not exactly that is malformed, never guessed at.
/// </summary>
internal static class HostName
{
    public const int MaxLength = 253;
    private const int MaxLabel = 63;
    private const int Block = 16;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    /// <summary>The lower-case name without port. A header that is in lower case already, as browsers send it, is not copied.</summary>
    /// <param name="port">The port after the colon, or 0 when there is none.</param>
    /// <returns>Empty when the header is malformed.</returns>
    public static ReadOnlySpan<char> Parse(ReadOnlySpan<char> header, out int port) =>
        header.Length is >= Block and <= MaxLabel && Vector128.IsHardwareAccelerated ? ParseAtOnce(header, out port) : ParseAny(header, out port);

    /// <summary>
    /// Sixteen characters at a time, with a bit for each in a word; the last block overlaps the one before. So short a name has no
    /// label that is too long.
    /// </summary>
    private static ReadOnlySpan<char> ParseAtOnce(ReadOnlySpan<char> header, out int port)
    {
        port = 0;
        var characters = MemoryMarshal.Cast<char, ushort>(header);
        ulong others = 0, dots = 0, hyphens = 0, capitals = 0;
        for (var at = 0; at < header.Length; at += Block)
        {
            var from = Math.Min(at, header.Length - Block);
            var block = Vector128.NarrowWithSaturation(Vector128.Create(characters[from..]), Vector128.Create(characters[(from + 8)..]));
            var letters = Vector128.LessThanOrEqual((block | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)25));
            var digits = Vector128.LessThanOrEqual(block - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
            var dot = Vector128.Equals(block, Vector128.Create((byte)'.'));
            var hyphen = Vector128.Equals(block, Vector128.Create((byte)'-'));
            others |= (ulong)(ushort)~(letters | digits | dot | hyphen).ExtractMostSignificantBits() << from;
            dots |= (ulong)dot.ExtractMostSignificantBits() << from;
            hyphens |= (ulong)hyphen.ExtractMostSignificantBits() << from;
            capitals |= (ulong)Vector128.AndNot(letters, Vector128.Equals(block & Vector128.Create((byte)0x20), Vector128.Create((byte)0x20))).ExtractMostSignificantBits() << from;
        }

        var length = Math.Min(BitOperations.TrailingZeroCount(others), header.Length);
        if (length < header.Length && (header[length] != ':' || !ParsePort(header[(length + 1)..], out port)))
        {
            return default;
        }

        var name = header[..length];
        var all = length == 0 ? 0 : ulong.MaxValue >> (64 - length);
        var edges = ((dots << 1) | (dots >> 1) | 1 | (all ^ (all >> 1))) & all;
        return length == 0 || ((dots | hyphens) & edges) != 0 ? default
            : (capitals & all) != 0 ? name.ToString().ToLowerInvariant()
            : name;
    }

    private static ReadOnlySpan<char> ParseAny(ReadOnlySpan<char> header, out int port)
    {
        port = 0;
        var name = header;
        if (header.IndexOf(':') is var colon and >= 0)
        {
            if (!ParsePort(header[(colon + 1)..], out port))
            {
                return default;
            }

            name = header[..colon];
        }

        return name.Length > MaxLength || name.ContainsAnyExcept(Allowed) || !HasGoodLabels(name) ? default
            : name.ContainsAnyInRange('A', 'Z') ? name.ToString().ToLowerInvariant()
            : name;
    }

    /// <summary>Whether this is a host name as <see cref="Parse"/> answers it: lower case, no port.</summary>
    public static bool IsHostName(string? text) =>
        Parse(text, out var port) is { Length: > 0 } name && port == 0 && name.SequenceEqual(text);

    private static bool HasGoodLabels(ReadOnlySpan<char> name)
    {
        while (true)
        {
            var dot = name.IndexOf('.');
            var label = dot < 0 ? name : name[..dot];
            if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            if (dot < 0)
            {
                return true;
            }

            name = name[(dot + 1)..];
        }
    }

    private static bool ParsePort(ReadOnlySpan<char> digits, out int port)
    {
        port = 0;
        if (digits.Length is 0 or > 5)
        {
            return false;
        }

        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            port = (port * 10) + (c - '0');
        }

        return port is > 0 and <= 65535;
    }
}
