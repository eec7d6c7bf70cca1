using Provisioner.Acme;
using Support.Acme;

namespace Provisioner.Tests.Acme;

/// <summary>What an authority may do to its clients.</summary>
public sealed class AuthorityTests
{
    [PebbleFact]
    public async Task Nonces_that_are_refused_half_of_the_time_cost_tries_and_nothing_else()
    {
        await using var world = await AcmeWorld.StartAsync(refusedNonces: 50);

        (await world.Client.ObtainAsync(["example.com"], world.ByDns(), default)).Names.ShouldBe(["example.com"]);

        world.Authority.Log.Count(l => l.Contains("POST", StringComparison.Ordinal)).ShouldBeGreaterThan(8);
    }

    [PebbleFact]
    public async Task The_account_is_found_again_by_its_key_which_no_log_and_no_text_shows()
    {
        await using var world = await AcmeWorld.StartAsync();
        var kept = world.Key.RevealPrivateKey();
        var first = await world.Client.ObtainAsync(["a.example.com"], world.ByDns(), default);

        var again = new AcmeClient(world.Options, AcmeAccountKey.From(kept), world.Log);
        var second = await again.ObtainAsync(["b.example.com"], world.ByDns(), default);

        world.Authority.Log.Count(l => l.Contains("There are now 1 accounts", StringComparison.Ordinal)).ShouldBe(1);
        world.Authority.Log.ShouldNotContain(l => l.Contains("There are now 2 accounts", StringComparison.Ordinal));
        second.RevealPrivateKey().ShouldNotBe(first.RevealPrivateKey());
        var said = $"{world.Key} {world.Options} {first} {second} {string.Join('\n', world.Log.Lines)}";
        said.ShouldContain("a.example.com until ");
        foreach (var secret in new[] { kept, first.RevealPrivateKey(), second.RevealPrivateKey() })
        {
            said.ShouldNotContain(secret.Split('\n')[1]);
        }
    }

    [PebbleFact]
    public async Task An_authority_that_nobody_vouches_for_is_not_spoken_to()
    {
        await using var world = await AcmeWorld.StartAsync();
        var client = new AcmeClient(world.Options with { RootPem = null, Limit = TimeSpan.FromSeconds(30) }, world.Key, world.Log);

        var failure = await Should.ThrowAsync<AcmeException>(() => client.ObtainAsync(["example.com"], world.ByDns(), default));

        (failure.Code, failure.IsTransient).ShouldBe((AcmeErrors.NotTrusted, false));
        failure.Message.ShouldContain("Acme__Root");
        (await world.ProofsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rate_limit_is_transient_and_says_how_long()
    {
        await using var authority = await ScriptedAuthority.StartAsync(http =>
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "3600";
            return """{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many certificates for example.com"}""";
        });

        var failure = await Should.ThrowAsync<AcmeException>(() => authority.ObtainAsync("example.com"));

        (failure.Code, failure.IsTransient, failure.RetryAfter).ShouldBe((AcmeErrors.RateLimited, true, TimeSpan.FromHours(1)));
        failure.Message.ShouldContain("too many certificates for example.com");
        authority.Orders.ShouldBe(1);
    }

    [Fact]
    public async Task What_fails_on_the_authoritys_side_is_repeated_and_what_it_refuses_is_not()
    {
        var left = 1;
        await using var authority = await ScriptedAuthority.StartAsync(http =>
        {
            http.Response.StatusCode = left-- > 0 ? 503 : 400;
            return http.Response.StatusCode == 503 ? "<html>busy</html>"
                : """{"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"some names","subproblems":[{"type":"x","detail":"policy forbids it","identifier":{"type":"dns","value":"example.com"}}]}""";
        });

        var failure = await Should.ThrowAsync<AcmeException>(() => authority.ObtainAsync("example.com"));

        (failure.Code, failure.IsTransient).ShouldBe((AcmeErrors.RejectedIdentifier, false));
        failure.Message.ShouldContain("example.com: policy forbids it");
        authority.Orders.ShouldBe(2);
    }

    [Theory]
    [InlineData("Example.com")]
    [InlineData("example.com.")]
    [InlineData("*.*.example.com")]
    [InlineData("a b.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("localhost")]
    [InlineData("")]
    public void What_is_no_host_name_stands_in_no_certificate(string name) =>
        Should.Throw<ArgumentException>(() => CertificateNames.Normalize(["example.com", name])).Message.ShouldContain($"'{name}'");

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData(null)]
    public void A_token_that_could_be_a_path_is_refused(string? token) =>
        Should.Throw<AcmeException>(() => new ChallengeProof("example.com", token, AcmeAccountKey.Generate())).Code.ShouldBe(AcmeErrors.Malformed);

    [Fact]
    public void A_proof_is_what_the_standard_says()
    {
        // The key of RFC 7515, A.3, and its thumbprint as openssl computes it.
        var key = AcmeAccountKey.From(Rfc7515Key());
        (key.PublicKey.X, key.PublicKey.Y).ShouldBe(("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
        key.Thumbprint.ShouldBe("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");

        var proof = new ChallengeProof("example.com", "token_-1", key);

        proof.KeyAuthorization.ShouldBe("token_-1.oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
        proof.Digest.Length.ShouldBe(43);
    }

    private static string Rfc7515Key()
    {
        static byte[] Bytes(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
        using var key = System.Security.Cryptography.ECDsa.Create(new System.Security.Cryptography.ECParameters
        {
            Curve = System.Security.Cryptography.ECCurve.NamedCurves.nistP256,
            D = Bytes("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
            Q = new() { X = Bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), Y = Bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0") },
        });
        return key.ExportPkcs8PrivateKeyPem();
    }
}
