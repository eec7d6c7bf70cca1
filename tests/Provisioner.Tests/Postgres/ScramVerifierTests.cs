using Provisioner.Postgres;

namespace Provisioner.Tests.Postgres;

public sealed class ScramVerifierTests
{
    /// <summary>The keys of the example exchange in RFC 7677.</summary>
    private const string Pencil =
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    [Fact]
    public void The_published_example_matches() => ScramVerifier.Matches(Pencil, "pencil").ShouldBeTrue();

    [Theory]
    [InlineData(Pencil, "pen")]
    [InlineData(null, "pencil")]
    [InlineData("md5abc", "pencil")]
    public void Another_password_does_not(string? stored, string password) => ScramVerifier.Matches(stored, password).ShouldBeFalse();

    [Fact]
    public void Two_verifiers_of_one_password_differ_by_their_salt()
    {
        ScramVerifier.Create("a").ToString().ShouldNotBe(ScramVerifier.Create("a").ToString());
        ScramVerifier.Matches(ScramVerifier.Create("a").ToString(), "a").ShouldBeTrue();
    }

    [Fact]
    public void A_password_prints_as_nothing()
    {
        var password = LoginPassword.Generate();

        $"{password}".ShouldBe("(hidden)");
        password.Reveal().Length.ShouldBe(64);
    }
}
