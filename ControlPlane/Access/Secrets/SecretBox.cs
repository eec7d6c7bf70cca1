using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Access.Secrets;

/// <summary>
/// Encrypts secrets for the catalog (AES-256-GCM): <c>v1.KEY.NONCE+TAG+CIPHER</c>, the last part in base64url. Each
/// ciphertext is bound to its place, so that a copy in another row does not decrypt. Safe for use by many threads.
/// </summary>
public sealed class SecretBox(KeyRing ring)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Encrypts with the newest key.</summary>
    /// <param name="boundTo">The secret's place, such as <c>tenant_databases/{id}/password</c>.</param>
    public string Protect(string clear, string boundTo)
    {
        var key = ring.Active;
        var plain = Encoding.UTF8.GetBytes(clear);
        var whole = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = whole.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.ForSecrets, TagBytes);
        aes.Encrypt(nonce, plain, whole.AsSpan(NonceBytes + TagBytes), whole.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(boundTo));
        CryptographicOperations.ZeroMemory(plain);
        return $"v1.{key.Id}.{Base64Url.EncodeToString(whole)}";
    }

    /// <summary>Decrypts what was protected for this place.</summary>
    /// <exception cref="SecretException">It was altered, or belongs to another place.</exception>
    /// <exception cref="KeyRingException">Its key is missing.</exception>
    public string Unprotect(string cipher, string boundTo)
    {
        if (cipher.Split('.') is not ["v1", var id, var text] || !Base64Url.IsValid(text, out var length) || length < NonceBytes + TagBytes)
        {
            throw new SecretException(boundTo, inner: null);
        }

        var whole = Base64Url.DecodeFromChars(text);
        var plain = new byte[whole.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(ring[id].ForSecrets, TagBytes);
        try
        {
            aes.Decrypt(
                whole.AsSpan(0, NonceBytes),
                whole.AsSpan(NonceBytes + TagBytes),
                whole.AsSpan(NonceBytes, TagBytes),
                plain,
                Encoding.UTF8.GetBytes(boundTo));
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new SecretException(boundTo, mismatch);
        }

        var clear = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return clear;
    }

    /// <summary>Whether it was encrypted with the newest key.</summary>
    public bool IsCurrent(string cipher) => cipher.StartsWith($"v1.{ring.Active.Id}.", StringComparison.Ordinal);
}
