using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Provisioner.Dns.Lookup;

/// <summary>Questions and answers as DNS writes them (RFC 1035, 4).</summary>
internal static class NameMessage
{
    public const ushort A = 1;
    public const ushort Aaaa = 28;

    private const ushort Cname = 5;
    private const ushort Internet = 1;
    private const int HeaderLength = 12;

    /// <summary>A name may be written as a pointer to where it stood before; more of them than this is a circle.</summary>
    private const int MostPointers = 32;

    /// <summary>Asks for everything to be looked up, not only what the server has itself.</summary>
    public static byte[] Ask(ushort id, string name, ushort type)
    {
        var question = new List<byte>();
        foreach (var number in (ushort[])[id, 0x0100, 1, 0, 0, 0])
        {
            Add(question, number);
        }

        foreach (var label in name.Split('.'))
        {
            question.Add((byte)label.Length);
            question.AddRange(Encoding.ASCII.GetBytes(label));
        }

        question.Add(0);
        Add(question, type);
        Add(question, Internet);
        return [.. question];
    }

    /// <summary>Whether this answers exactly that question, and not an earlier one or somebody's guess.</summary>
    public static bool Answers(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question) =>
        answer.Length >= question.Length && (answer[2] & 0x80) != 0 && answer[..2].SequenceEqual(question[..2])
        && Ascii.EqualsIgnoreCase(answer[HeaderLength..question.Length], question[HeaderLength..]);

    /// <summary>Whether it was too long for UDP.</summary>
    public static bool IsCut(ReadOnlySpan<byte> answer) => (answer[2] & 0x02) != 0;

    public static NameStatus StatusOf(ReadOnlySpan<byte> answer) => (NameStatus)(answer[3] & 0x0F);

    /// <summary>Aliases and addresses in it.</summary>
    /// <exception cref="FormatException">It is broken.</exception>
    public static List<NameRecord> Read(ReadOnlySpan<byte> answer)
    {
        try
        {
            var records = new List<NameRecord>();
            var at = HeaderLength;
            ReadName(answer, ref at);
            at += 4;
            for (var left = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]); left > 0; left--)
            {
                var owner = ReadName(answer, ref at);
                var (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(answer[at..]), BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 8)..]));
                at += 10;
                var inside = at;
                var data = answer.Slice(at, length);
                at += length;
                switch (type)
                {
                    case Cname:
                        records.Add(new(owner, ReadName(answer, ref inside), Address: null));
                        break;
                    case A or Aaaa:
                        records.Add(new(owner, Alias: null, new IPAddress(data)));
                        break;
                }
            }

            return records;
        }
        catch (ArgumentException error)
        {
            throw new FormatException("The answer ends too early.", error);
        }
    }

    private static string ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var (name, reading, pointers) = (new StringBuilder(), at, 0);
        while (true)
        {
            var length = message.Slice(reading, 1)[0];
            if ((length & 0xC0) == 0xC0)
            {
                at = pointers == 0 ? reading + 2 : at;
                if (++pointers > MostPointers)
                {
                    throw new FormatException("A name in the answer leads in a circle.");
                }

                reading = BinaryPrimitives.ReadUInt16BigEndian(message[reading..]) & 0x3FFF;
                continue;
            }

            reading++;
            if (length == 0)
            {
                at = pointers == 0 ? reading : at;
                return name.ToString();
            }

            name.Append(name.Length == 0 ? "" : ".").Append(Encoding.ASCII.GetString(message.Slice(reading, length)).ToLowerInvariant());
            reading += length;
        }
    }

    private static void Add(List<byte> message, ushort number)
    {
        Span<byte> two = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(two, number);
        message.AddRange(two);
    }
}
