using Provisioner.Dns;

namespace Provisioner.Tests.Dns;

/// <summary>What may be asked of DNS.</summary>
public sealed class RecordSetTests
{
    private const string Zone = "example.com";

    [Theory]
    [InlineData("App")]
    [InlineData("app.")]
    [InlineData("app..x")]
    [InlineData("a b")]
    [InlineData("-app")]
    [InlineData("app.*")]
    [InlineData("**.app")]
    [InlineData("äpp")]
    [InlineData("a/b")]
    [InlineData("app\n")]
    [InlineData("")]
    public void A_name_that_is_none_is_refused(string name) => Should.Throw<ArgumentException>(() => new RecordName(Zone, name, RecordType.A));

    [Theory]
    [InlineData("example")]
    [InlineData("Example.com")]
    [InlineData("example.com.")]
    [InlineData("a/b.com")]
    public void A_zone_that_is_none_is_refused(string zone) => Should.Throw<ArgumentException>(() => new RecordName(zone, "app", RecordType.A));

    [Theory]
    [InlineData(RecordType.A, "2001:db8::1")]
    [InlineData(RecordType.A, "example.com")]
    [InlineData(RecordType.AAAA, "192.0.2.1")]
    [InlineData(RecordType.CNAME, "192.0.2.1")]
    [InlineData(RecordType.CNAME, "not a host")]
    [InlineData(RecordType.TXT, "")]
    public void A_value_that_does_not_fit_is_refused_with_the_name_it_was_meant_for(RecordType type, string value) =>
        Should.Throw<ArgumentException>(() => new RecordSet(new RecordName(Zone, "app", type), [value])).Message.ShouldContain("app.example.com");

    [Fact]
    public void There_is_at_least_one_value_and_an_alias_has_only_one()
    {
        Should.Throw<ArgumentException>(() => new RecordSet(new RecordName(Zone, "app", RecordType.A), []));
        Should.Throw<ArgumentException>(() => new RecordSet(new RecordName(Zone, "app", RecordType.CNAME), ["a.example.com", "b.example.com"]));
        Should.Throw<ArgumentException>(() => new RecordSet(new RecordName(Zone, "app", RecordType.A), ["192.0.2.1"], TimeSpan.FromSeconds(59)));
    }

    [Fact]
    public void Values_that_mean_the_same_are_the_same()
    {
        new RecordSet(new RecordName(Zone, "app", RecordType.AAAA), ["2001:DB8:0::1", "2001:db8::1"]).Values.ShouldBe(["2001:db8::1"]);
        new RecordName(Zone, "*.app", RecordType.A).Host.ShouldBe("*.app.example.com");
        new RecordName(Zone, "@", RecordType.A).Host.ShouldBe("example.com");
    }

    [Fact]
    public void Texts_are_quoted_by_bytes_and_come_back()
    {
        TextValue.Quote("a\"b\\c").ShouldBe("\"a\\\"b\\\\c\"");
        TextValue.Quote(new string('x', 256)).ShouldBe($"\"{new string('x', 255)}\" \"x\"");
        TextValue.Quote("ü").ShouldBe("\"\\195\\188\"");
        foreach (var text in new[] { "plain", "a\"b\\c", new string('ü', 400), "\\123", "😀" })
        {
            TextValue.Unquote(TextValue.Quote(text)).ShouldBe(text);
        }

        TextValue.Unquote("without quotes").ShouldBe("without quotes");
        TextValue.Unquote("\"one \" \"piece 😀\"").ShouldBe("one piece 😀");
    }
}
