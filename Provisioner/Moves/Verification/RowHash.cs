using System.Buffers.Binary;

namespace Provisioner.Moves;

/// <summary>
/// 64 bits of a row's bytes. It tells accidents apart, not forgeries. Each 16 bytes are multiplied to 128 bits, whose halves are
/// mixed: the construction of wyhash.
/// </summary>
internal static class RowHash
{
    // Odd, half of the bits set: wyhash's own.
    private const ulong K0 = 0xa0761d6478bd642f;
    private const ulong K1 = 0xe7037ed1a0b428db;
    private const ulong K2 = 0x8ebc6af09c88c6e3;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = K0 ^ (ulong)bytes.Length;
        while (bytes.Length >= 16)
        {
            hash = Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ K1, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ hash);
            bytes = bytes[16..];
        }

        Span<byte> last = stackalloc byte[16];
        last.Clear();
        bytes.CopyTo(last);
        hash = Mix(BinaryPrimitives.ReadUInt64LittleEndian(last) ^ K1, BinaryPrimitives.ReadUInt64LittleEndian(last[8..]) ^ hash);
        return Mix(hash ^ K2, K1);
    }

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
