using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Access.Secrets;

namespace ControlPlane.Access.Auditing;

/// <summary>
/// HMAC-SHA256 over an entry and the seal before it, and over the head of the trail, with keys that are not in the database.
/// Every field goes in with its length, so that none can lend a character to its neighbour.
/// </summary>
internal static class AuditSeal
{
    public static byte[] Of(AuditEntry entry, ReadOnlySpan<byte> before, RingKey key)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.ForAudit);
        Add(mac, "entry");
        Add(mac, before);
        Add(mac, entry.Seq);
        Add(mac, entry.At.UtcTicks);
        Add(mac, entry.KeyId?.ToString());
        Add(mac, entry.Who);
        Add(mac, entry.What);
        Add(mac, entry.Subject);
        Add(mac, entry.Tenant);
        Add(mac, entry.Address);
        Add(mac, entry.Outcome.ToString());
        Add(mac, entry.Detail);
        return mac.GetHashAndReset();
    }

    public static byte[] OfHead(long seq, ReadOnlySpan<byte> last, RingKey key)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.ForAudit);
        Add(mac, "head");
        Add(mac, seq);
        Add(mac, last);
        return mac.GetHashAndReset();
    }

    private static void Add(IncrementalHash mac, string? text)
    {
        if (text is null)
        {
            Add(mac, -1);
            return;
        }

        Add(mac, Encoding.UTF8.GetBytes(text));
    }

    private static void Add(IncrementalHash mac, ReadOnlySpan<byte> bytes)
    {
        Add(mac, bytes.Length);
        mac.AppendData(bytes);
    }

    private static void Add(IncrementalHash mac, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        mac.AppendData(bytes);
    }
}
