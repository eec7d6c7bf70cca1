namespace Provisioner.Tests;

/// <summary>Which settings of the clouds are good, and what is said about the others.</summary>
public sealed class CloudSettingsTests
{
    private const string Token = "canary-token";

    [Fact]
    public void Nothing_is_needed_without_a_cloud()
    {
        new CloudSettings().Faults(needsHetzner: false, needsCloudflare: false).ShouldBeEmpty();
        (new CloudSettings().Hetzner, new CloudSettings().Cloudflare).ShouldBe((null, null));
    }

    [Fact]
    public void All_that_is_missing_is_named_at_once_with_where_to_get_it()
    {
        var faults = new CloudSettings().Faults(needsHetzner: true, needsCloudflare: true);

        faults.Count.ShouldBe(2);
        faults[0].ShouldStartWith("Hetzner__Token is missing. Make one with Read & Write");
        faults[1].ShouldStartWith("Cloudflare__Token is missing. Make one with Zone:Read and DNS:Edit");
        new CloudSettings { HetznerEndpoint = "https://cloud.example.com/v1" }.Faults(needsHetzner: false, needsCloudflare: false).ShouldHaveSingleItem().ShouldStartWith("Hetzner__Token is missing");
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("with a break\n")]
    [InlineData("ümlaut")]
    public void A_token_that_is_none_is_refused_and_not_shown(string token)
    {
        var fault = new CloudSettings { HetznerToken = token }.Faults(needsHetzner: true, needsCloudflare: false).ShouldHaveSingleItem();

        fault.ShouldStartWith("Hetzner__Token is no token");
        if (token.Length > 0)
        {
            fault.ShouldNotContain(token);
        }
    }

    [Theory]
    [InlineData("api.hetzner.cloud", "Write it as https://")]
    [InlineData("ftp://cloud.example.com", "Write it as https://")]
    [InlineData("https://cloud.example.com/v1?x=1", "Write it as https://")]
    [InlineData("http://cloud.example.com/v1", "Use https")]
    public void An_endpoint_that_is_none_or_in_the_clear_is_refused(string endpoint, string remedy)
    {
        var fault = new CloudSettings { HetznerToken = Token, HetznerEndpoint = endpoint }.Faults(needsHetzner: true, needsCloudflare: false).ShouldHaveSingleItem();

        fault.ShouldContain($"Hetzner__Endpoint is '{endpoint}'");
        fault.ShouldContain(remedy);
    }

    [Fact]
    public void Good_settings_give_options_that_show_no_token()
    {
        var settings = new CloudSettings { HetznerToken = Token, HetznerEndpoint = "http://127.0.0.1:8080/v1", CloudflareToken = Token };

        settings.Faults(needsHetzner: true, needsCloudflare: true).ShouldBeEmpty();
        (settings.Hetzner!.Token, settings.Hetzner.Endpoint.Port, settings.Cloudflare!.Endpoint.Host).ShouldBe((Token, 8080, "api.cloudflare.com"));
        $"{settings} {settings.Hetzner} {settings.Cloudflare}".ShouldNotContain(Token);
    }
}
