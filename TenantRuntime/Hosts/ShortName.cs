using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TenantRuntime.Hosts;

/// <summary>
/// An ASCII name of at most 24 characters in three words, kept where its owner is: comparing it needs no further trip to memory.
/// Longer names are <see cref="IsNone"/>, and are compared as text.
/// </summary>
internal readonly record struct ShortName(ulong First, ulong Second, ulong Third)
{
    private const int Block = 8;
    private const int MaxLength = 3 * Block;

    public bool IsNone => First == 0;

    /// <summary>What is not ASCII equals no name that is.</summary>
    public static ShortName Of(ReadOnlySpan<char> name) =>
        name.Length is 0 or > MaxLength ? default
        : name.Length < Block ? new(Few(name), 0, 0)
        : name.Length <= 2 * Block ? new(Eight(name, 0), Rest(name, Block), 0)
        : new(Eight(name, 0), Eight(name, Block), Rest(name, 2 * Block));

    /// <summary>Differs from process to process, so that nobody can choose names that collide.</summary>
    public uint Hash(ulong seed)
    {
        var hash = (First ^ seed) * 0x9E3779B97F4A7C15;
        hash = (BitOperations.RotateLeft(hash, 29) ^ Second) * 0xBF58476D1CE4E5B9;
        hash = (BitOperations.RotateLeft(hash, 31) ^ Third) * 0x94D049BB133111EB;
        return (uint)(hash >> 32);
    }

    private static ulong Eight(ReadOnlySpan<char> name, int at) =>
        Vector128.NarrowWithSaturation(Vector128.Create(MemoryMarshal.Cast<char, ushort>(name.Slice(at, Block))), Vector128<ushort>.Zero).AsUInt64().ToScalar();

    // The last eight characters, without those that are in the word before.
    private static ulong Rest(ReadOnlySpan<char> name, int at) =>
        name.Length == at ? 0 : Eight(name, name.Length - Block) >> (8 * (at + Block - name.Length));

    private static ulong Few(ReadOnlySpan<char> name)
    {
        var word = 0UL;
        for (var i = name.Length - 1; i >= 0; i--)
        {
            word = (word << 8) | Math.Min(name[i], byte.MaxValue);
        }

        return word;
    }
}
