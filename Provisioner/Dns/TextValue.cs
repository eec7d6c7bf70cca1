using System.Globalization;
using System.Text;

namespace Provisioner.Dns;

/// <summary>Texts in zone file form: quoted, in pieces of at most 255 bytes, bytes beyond printable ASCII as <c>\DDD</c>.</summary>
internal static class TextValue
{
    private const int PieceBytes = 255;

    public static string Quote(string text)
    {
        var pieces = Encoding.UTF8.GetBytes(text).Chunk(PieceBytes).Select(piece => $"\"{string.Concat(piece.Select(Escaped))}\"");
        return string.Join(' ', pieces);
    }

    /// <summary>The text that was quoted; what carries no quotes is taken as it is.</summary>
    public static string Unquote(string value)
    {
        if (!value.StartsWith('"'))
        {
            return value;
        }

        var read = new List<byte>(value.Length);
        var written = Encoding.UTF8.GetBytes(value);
        var inside = false;
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '"')
            {
                inside = !inside;
            }
            else if (inside && written[i] == '\\' && i + 3 < written.Length && byte.TryParse(written.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            {
                read.Add(code);
                i += 3;
            }
            else if (inside)
            {
                // A backslash keeps the character after it from being special.
                read.Add(written[i] == '\\' && i + 1 < written.Length ? written[++i] : written[i]);
            }
        }

        return Encoding.UTF8.GetString([.. read]);
    }

    private static string Escaped(byte code) =>
        code switch
        {
            (byte)'"' => "\\\"",
            (byte)'\\' => "\\\\",
            >= 32 and < 127 => ((char)code).ToString(),
            _ => $"\\{code:D3}",
        };
}
