using TenantRuntime.Hosts;

namespace TenantRuntime.Tests.Hosts;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("acme.localhost", "acme.localhost", 0)]
    [InlineData("ACME.LocalHost:5081", "acme.localhost", 5081)]
    [InlineData("a-b.c0.example", "a-b.c0.example", 0)]
    [InlineData("xn--bcher-kva.example:1", "xn--bcher-kva.example", 1)]
    public void A_proper_host_is_lower_cased_and_split_from_its_port(string header, string name, int port) =>
        Parse(header).ShouldBe((name, port));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("acme.localhost.")]
    [InlineData(".localhost")]
    [InlineData("acme..localhost")]
    [InlineData("-acme.localhost")]
    [InlineData("acme-.localhost")]
    [InlineData("acme.localhost-")]
    [InlineData("acme_x.localhost")]
    [InlineData("acme.localhost:")]
    [InlineData("acme.localhost:0")]
    [InlineData("acme.localhost:65536")]
    [InlineData("acme.localhost:80a")]
    [InlineData("acme.localhost:+80")]
    [InlineData("acme.localhost:80:80")]
    [InlineData(":80")]
    [InlineData("acme.localhost, globex.localhost")]
    [InlineData("acme.localhost\0")]
    [InlineData("http://acme.localhost")]
    [InlineData("user@acme.localhost")]
    [InlineData("acme.localhost/")]
    [InlineData("ácme.localhost")]
    [InlineData("ａcme.localhost")]
    [InlineData("\u212Aelvin.localhost")]
    [InlineData("[::1]")]
    [InlineData(" acme.localhost")]
    public void Anything_else_is_malformed(string header) => Parse(header).ShouldBeNull();

    [Fact]
    public void Length_is_bounded_by_label_and_in_all()
    {
        var label = new string('a', 63);

        Parse($"{label}.localhost").ShouldNotBeNull();
        Parse($"{label}a.localhost").ShouldBeNull();
        Parse(string.Join('.', label, label, label, label[..61])).ShouldNotBeNull();
        Parse(string.Join('.', label, label, label, label[..62])).ShouldBeNull();
    }

    private static (string Name, int Port)? Parse(string header) =>
        HostName.Parse(header, out var port) is { Length: > 0 } name ? (name.ToString(), port) : null;
}
