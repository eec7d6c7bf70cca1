using System.Diagnostics.CodeAnalysis;

namespace Provisioner.Postgres;

/// <summary>The names of one tenant database and its two roles, all derived from its id, so that they can be found again and say nothing about the tenant.</summary>
public readonly record struct TenantDatabaseName(Guid Id)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    internal const int EncodedLength = 26;

    /// <summary><c>t_</c> and the id in base32, 28 characters.</summary>
    public string Database => "t_" + Encode(Id);

    /// <summary>The role the application logs in as: it has the database's name, because <c>pg_hba.conf</c> lets a role only into the database of its own name.</summary>
    public string Login => Database;

    /// <summary>The role that owns all objects; it cannot log in.</summary>
    public string Owner => "o_" + Encode(Id);

    /// <summary>Reads a name back, to tell what an object found on a server once was.</summary>
    public static bool TryParse([NotNullWhen(true)] string? database, out TenantDatabaseName name)
    {
        name = default;
        if (database is null || database.Length != EncodedLength + 2 || !database.StartsWith("t_", StringComparison.Ordinal)
            || database.AsSpan(2).ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        name = new TenantDatabaseName(Decode(database.AsSpan(2)));
        return name.Database == database;
    }

    public override string ToString() => Database;

    internal static string Encode(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<char> text = stackalloc char[EncodedLength];
        var (buffer, bits, next) = (0, 0, 0);
        foreach (var b in bytes)
        {
            (buffer, bits) = (((buffer << 8) | b) & 0xFFF, bits + 8);
            while (bits >= 5)
            {
                bits -= 5;
                text[next++] = Alphabet[(buffer >> bits) & 31];
            }
        }

        text[next] = Alphabet[(buffer << (5 - bits)) & 31];
        return new string(text);
    }

    private static Guid Decode(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        var (buffer, bits, next) = (0, 0, 0);
        foreach (var c in text)
        {
            (buffer, bits) = (((buffer << 5) | Alphabet.IndexOf(c, StringComparison.Ordinal)) & 0xFFF, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes[next++] = (byte)(buffer >> bits);
            }
        }

        return new Guid(bytes, bigEndian: true);
    }
}
