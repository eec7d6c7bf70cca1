using System.Buffers.Text;
using System.Text;

namespace ControlPlane.Api;

/// <summary>Where a list goes on. Opaque to callers, so that the order may change.</summary>
public static class Cursor
{
    public static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>Null when it did not come from <see cref="Encode"/>.</summary>
    public static string? Decode(string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        // What is not valid text would reach the database and be refused there.
        return key.AsSpan().ContainsAny('\0', '\ufffd') ? null : key;
    }
}
