using System.Runtime.Versioning;
using System.Security.Cryptography;
using ControlPlane.Access.Secrets;

namespace ControlPlane.Tests.Access;

[UnsupportedOSPlatform("windows")]
public sealed class SecretBoxTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("controlplane-ring-");
    private readonly SteppedTime time = new();

    public SecretBoxTests() => KeyRing.EnsureFirstKey(folder.FullName, time);

    private KeyRing Ring => new(folder.FullName, time);

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_secret_comes_back_at_its_own_place()
    {
        var box = new SecretBox(Ring);
        var cipher = box.Protect("pässword", "servers/1/admin");
        cipher.ShouldNotContain("pässword");
        box.Protect("pässword", "servers/1/admin").ShouldNotBe(cipher);
        box.Unprotect(cipher, "servers/1/admin").ShouldBe("pässword");
    }

    [Fact]
    public void A_ciphertext_copied_to_another_row_does_not_decrypt()
    {
        var box = new SecretBox(Ring);
        var cipher = box.Protect("password", SecretPlaces.DatabasePassword(Guid.CreateVersion7()));
        Should.Throw<SecretException>(() => box.Unprotect(cipher, SecretPlaces.DatabasePassword(Guid.CreateVersion7())));
    }

    [Fact]
    public void What_a_browser_keeps_is_opened_by_every_node_and_only_for_its_purpose()
    {
        var closed = new RingProtection(new SecretBox(Ring), "browser").CreateProtector("session").Protect("key"u8.ToArray());
        var other = new RingProtection(new SecretBox(Ring), "browser");
        other.CreateProtector("session").Unprotect(closed).ShouldBe("key"u8.ToArray());
        Should.Throw<CryptographicException>(() => other.CreateProtector("form").Unprotect(closed));
        Should.Throw<CryptographicException>(() => other.CreateProtector("session").Unprotect("nonsense"u8.ToArray()));
    }

    [Fact]
    public void Every_altered_character_is_noticed()
    {
        var box = new SecretBox(Ring);
        var cipher = box.Protect("p", "x");
        for (var i = cipher.LastIndexOf('.') + 1; i < cipher.Length - 1; i++)
        {
            var altered = $"{cipher[..i]}{(cipher[i] == 'A' ? 'B' : 'A')}{cipher[(i + 1)..]}";
            Should.Throw<SecretException>(() => box.Unprotect(altered, "x"), $"at {i}");
        }

        foreach (var nonsense in new[] { "", "v1", "v2" + cipher[2..], "v1.x", cipher[..^20], "password" })
        {
            Should.Throw<SecretException>(() => box.Unprotect(nonsense, "x"), nonsense);
        }
    }

    [Fact]
    public async Task Rotation_uses_a_new_key_and_fails_no_read_on_any_node()
    {
        var ring = Ring;
        var (here, there) = (new SecretBox(ring), new SecretBox(Ring));
        var old = here.Protect("password", "x");
        time.Advance(TimeSpan.FromMinutes(1));
        await ring.RotateAsync(CancellationToken.None);
        var renewed = here.Protect("password", "x");
        here.IsCurrent(old).ShouldBeFalse();
        here.IsCurrent(renewed).ShouldBeTrue();
        here.Unprotect(old, "x").ShouldBe("password");
        there.Unprotect(renewed, "x").ShouldBe("password");
    }

    [Fact]
    public void A_key_brought_early_is_used_from_its_time_on()
    {
        var ring = Ring;
        var first = ring.Active.Id;
        OwnerOnlyFile.Create(Path.Combine(folder.FullName, "20300101T000000Z.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        time.Advance(TimeSpan.FromMinutes(1));
        ring.Active.Id.ShouldBe(first);
        time.Advance(TimeSpan.FromDays(3000));
        ring.Active.Id.ShouldBe("20300101T000000Z");
    }

    [Fact]
    public void A_key_that_others_may_read_is_refused_with_what_to_type()
    {
        var key = folder.GetFiles("*.key").Single();
        (key.UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None);
        key.UnixFileMode |= UnixFileMode.GroupRead;
        Should.Throw<KeyRingException>(() => Ring).Message.ShouldContain($"chmod 600 {key.FullName}");
    }

    [Fact]
    public async Task A_missing_key_is_named_with_what_to_do()
    {
        var cipher = new SecretBox(Ring).Protect("password", "x");
        var key = folder.GetFiles("*.key").Single();
        time.Advance(TimeSpan.FromMinutes(1));
        await Ring.RotateAsync(CancellationToken.None);
        key.Delete();
        Should.Throw<KeyRingException>(() => new SecretBox(Ring).Unprotect(cipher, "x")).Message.ShouldContain(key.Name);
        folder.GetFiles().ToList().ForEach(f => f.Delete());
        Should.Throw<KeyRingException>(() => Ring).Message.ShouldContain("head -c 32 /dev/urandom");
    }

    private sealed class SteppedTime : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan by) => now += by;
    }
}
