using System.Text.Json;
using Provisioner.Ssh;

namespace Provisioner.Tests.Ssh;

public sealed class CloudConfigTests
{
    [Fact]
    public async Task Hostile_text_stays_within_its_value()
    {
        var config = await ConfigAsync() with { Commands = [["echo", "a: [b]\n- c # d \"e\" 'f' \\ %s {{ g }}"]] };

        var text = config.ToUserData();

        text.ShouldStartWith("#cloud-config\n{");
        text.TrimEnd().Split('\n').Length.ShouldBe(2);
        using var document = JsonDocument.Parse(text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        document.RootElement.GetProperty("runcmd")[0][1].GetString().ShouldBe("a: [b]\n- c # d \"e\" 'f' \\ %s {{ g }}");
    }

    [Fact]
    public async Task More_than_the_provider_takes_is_said_before_it_is_sent()
    {
        var config = await ConfigAsync() with { Commands = [["echo", new string('x', 32 * 1024)]] };

        Should.Throw<ProvisioningException>(config.ToUserData).Code.ShouldBe("user_data_too_long");
    }

    [Theory]
    [InlineData("Root")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("")]
    public async Task A_user_name_that_is_none_is_refused(string name)
    {
        var config = await ConfigAsync();

        Should.Throw<ArgumentException>(() => config with { AdminUser = name });
    }

    [Fact]
    public async Task Private_keys_are_not_printed()
    {
        var key = await SshKeyPair.GenerateAsync(CancellationToken.None);
        var config = new CloudConfig { AdminUser = "keeper", AdminKeys = [key.PublicKey], HostKey = key };

        $"{config} {key}".ShouldNotContain("PRIVATE KEY");
        config.ToUserData().ShouldContain("PRIVATE KEY");
    }

    [Theory]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 AAAA\nssh-ed25519 BBBB")]
    [InlineData("ssh-ed25519 ????")]
    public void A_line_that_is_no_public_key_is_refused(string line)
    {
        Should.Throw<ArgumentException>(() => new SshTarget { Alias = "a", Address = "127.0.0.1", User = "a", HostKeys = [line] });
    }

    [Theory]
    [InlineData("-oProxyCommand=id")]
    [InlineData("a b")]
    public void An_address_that_the_client_would_take_for_an_option_is_refused(string address)
    {
        Should.Throw<ArgumentException>(() => new SshTarget { Alias = "a", Address = address, User = "a", HostKeys = ["ssh-ed25519 AAAA"] });
    }

    private static async Task<CloudConfig> ConfigAsync()
    {
        var key = await SshKeyPair.GenerateAsync(CancellationToken.None);
        return new CloudConfig { AdminUser = "keeper", AdminKeys = [key.PublicKey], HostKey = key };
    }
}
