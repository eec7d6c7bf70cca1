using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Problems;

namespace ControlPlane.Billing;

/// <summary>
/// <c>t=UNIX,v1=HEX</c>: HMAC-SHA256 over the timestamp as it is written, a dot and the body. Further <c>v1</c> may follow, as a
/// sender has who is about to change its secret; other members are left alone.
/// </summary>
internal sealed record BillingSignature(long At, string Timestamp, IReadOnlyList<byte[]> Marks)
{
    public const string Header = "Billing-Signature";

    /// <summary>Seconds to either side for which a signature counts.</summary>
    public const int Lifetime = 5 * 60;

    private const int LongestTimestamp = 12;

    /// <summary>Demands that somebody who knows one of the secrets signed this body within <see cref="Lifetime"/>.</summary>
    /// <exception cref="ProblemException">401.</exception>
    public static void Demand(string? header, ReadOnlySpan<byte> body, IReadOnlyList<byte[]> secrets, DateTimeOffset now)
    {
        var signature = Parse(header) ?? throw Bad($"The header {Header} is missing, or not of the form t=UNIX,v1=HEX.");
        if (!signature.IsOf(body, secrets))
        {
            throw Bad("The signature belongs to another body, another timestamp or another secret.");
        }

        var age = now.ToUnixTimeSeconds() - signature.At;
        if (Math.Abs(age) > Lifetime)
        {
            throw new ProblemException(
                401,
                "signature_expired",
                $"The signature is of {Math.Abs(age)} seconds {(age > 0 ? "ago" : "ahead")}; it counts for {Lifetime} to either side.",
                "Sign again whenever you send, with the time of that moment; compare your clock with 'now'.").With("now", now.ToUnixTimeSeconds());
        }
    }

    /// <summary>Null when it has another form.</summary>
    private static BillingSignature? Parse(string? header)
    {
        string? timestamp = null;
        var marks = new List<byte[]>();
        foreach (var (name, value) in (header ?? "").Split(',').Select(Member))
        {
            if (name == "t" && timestamp is null && value.Length <= LongestTimestamp && value.All(char.IsAsciiDigit))
            {
                timestamp = value;
            }
            else if (name == "v1" && value.Length == 2 * HMACSHA256.HashSizeInBytes && value.All(char.IsAsciiHexDigit))
            {
                marks.Add(Convert.FromHexString(value));
            }
            else if (name is "t" or "v1")
            {
                return null;
            }
        }

        return timestamp is { Length: > 0 } && marks.Count > 0 ? new(long.Parse(timestamp, CultureInfo.InvariantCulture), timestamp, marks) : null;
    }

    private static (string Name, string Value) Member(string text) =>
        text.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value] ? (name, value) : (text, "");

    /// <summary>Takes as long whichever secret fits, and however much of a mark does.</summary>
    private bool IsOf(ReadOnlySpan<byte> body, IReadOnlyList<byte[]> secrets)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{Timestamp}."), .. body];
        var found = false;
        foreach (var secret in secrets)
        {
            var right = HMACSHA256.HashData(secret, signed);
            foreach (var mark in Marks)
            {
                found |= CryptographicOperations.FixedTimeEquals(right, mark);
            }
        }

        return found;
    }

    private static ProblemException Bad(string message) => new(
        401, "signature_wrong", message, $"Send '{Header}: t=UNIX,v1=HEX', where HEX is the HMAC-SHA256 of 't.body' with one of the secrets in Billing__Secrets.");
}
