using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace ControlPlane.Access.Secrets;

/// <summary>Closes what browsers keep for us, sessions and antiforgery tokens, with the catalog's key ring, so that every node opens it.</summary>
internal sealed class RingProtection(SecretBox box, string purpose) : IDataProtector
{
    public IDataProtector CreateProtector(string purpose1) => new RingProtection(box, $"{purpose}/{purpose1}");

    public byte[] Protect(byte[] plaintext) => Encoding.ASCII.GetBytes(box.Protect(Convert.ToBase64String(plaintext), purpose));

    /// <exception cref="CryptographicException">It was not closed here, or for another purpose.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        try
        {
            return Convert.FromBase64String(box.Unprotect(Encoding.ASCII.GetString(protectedData), purpose));
        }
        catch (Exception error) when (error is SecretException or KeyRingException)
        {
            throw new CryptographicException("What the browser sent was not made here.", error);
        }
    }
}
