using ControlPlane.Start;
using ControlPlane.Tenants.Domains;

namespace ControlPlane.Tests.Domains;

public sealed class DomainNameTests
{
    private static readonly ControlPlaneSettings Settings = new()
    {
        TenantUrl = "https://{slug}.app.example.com", Machines = new MachineSettings { Zone = "example.com", ControlPlane = "https://control.example.net" },
    };

    [Theory]
    [InlineData("shop.globex.com", "shop.globex.com")]
    [InlineData("Shop.Globex.COM", "shop.globex.com")]
    [InlineData("Müller.de", "xn--mller-kva.de")]
    [InlineData("xn--mller-kva.de", "xn--mller-kva.de")]
    [InlineData("日本語.jp", "xn--wgv71a119e.jp")]
    [InlineData("example.com.globex.com", "example.com.globex.com")]
    [InlineData("notexample.com", "notexample.com")]
    public void A_host_name_is_taken_in_the_form_that_certificates_have(string written, string name)
    {
        DomainName.Read(written).ShouldBe(name);
        DomainName.Faults("name", name, Settings).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "must be a host name")]
    [InlineData("nodot", "must be a host name")]
    [InlineData("shop.globex.com.", "must be a host name")]
    [InlineData("shop..globex.com", "must be a host name")]
    [InlineData("shop.globex.com:443", "must be a host name")]
    [InlineData("https://shop.globex.com", "must be a host name")]
    [InlineData("10.0.0.1", "must be a host name")]
    [InlineData("-shop.globex.com", "must be a host name")]
    [InlineData("shop_1.globex.com", "must be a host name")]
    [InlineData("shop.globex.com; reboot", "must be a host name")]
    [InlineData("shop.globex.com\n", "must be a host name")]
    [InlineData("*.globex.com", "a wildcard")]
    [InlineData("xn--99999999.com", "no encoded international name")]
    [InlineData("ab--cd.com", "no encoded international name")]
    [InlineData("app.example.com", "must not lie below app.example.com")]
    [InlineData("other.app.example.com", "must not lie below app.example.com")]
    [InlineData("example.com", "must not lie in example.com")]
    [InlineData("www.example.com", "must not lie in example.com")]
    [InlineData("control.example.net", "must not lie in control.example.net")]
    public void What_is_none_or_not_the_customers_is_refused_in_words(string written, string why) =>
        DomainName.Faults("name", DomainName.Read(written), Settings).ShouldHaveSingleItem().Message.ShouldContain(why);

    [Fact]
    public void One_that_is_too_long_is_refused() =>
        DomainName.Faults("name", DomainName.Read(string.Concat(Enumerable.Repeat("abcdefg.", 40)) + "com"), Settings).ShouldHaveSingleItem();
}
