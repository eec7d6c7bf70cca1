using ControlPlane.Billing;
using ControlPlane.Start;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Tests.Billing;

public sealed class BillingSettingsTests
{
    private const string Secret = "canary-of-a-secret-in-the-settings-3b1f";

    [Fact]
    public void Nothing_set_is_no_secret_and_several_are_several()
    {
        BillingSettings.Read(Of()).Secrets.ShouldBeEmpty();
        BillingSettings.Read(Of(("Billing:Secrets", $"{Secret}1, {Secret}2"))).Secrets.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Secrets_are_read_from_a_file_a_line_each()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"{Secret}1\n\n{Secret}2\n");

        await using var host = await ApiHost.StartAsync(("Billing:SecretsFile", file));
        File.Delete(file);

        var body = BillingWorld.TextOf(new { id = BillingWorld.NewId(), type = "invoice.paid" });
        (await BillingWorld.SendAsync(host, body, BillingWorld.Sign(body, $"{Secret}1"))).Status.ShouldBe(200);
        (await BillingWorld.SendAsync(host, body, BillingWorld.Sign(body, $"{Secret}2"))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("Billing:Secrets", "canary", "Billing__Secrets holds a secret of fewer than 32 characters")]
    [InlineData("Billing:Secrets", " , ", "Billing__Secrets holds no secret")]
    [InlineData("Billing:SecretsFile", "/nowhere/secrets", "Billing__SecretsFile names '/nowhere/secrets', which cannot be read")]
    public void A_wrong_setting_is_named_with_its_remedy_and_without_the_secret(string name, string value, string expected)
    {
        var fault = FaultsOf((name, value)).ShouldHaveSingleItem();

        fault.ShouldContain(expected);
        fault.ShouldNotContain("canary");
    }

    [Fact]
    public void What_is_wrong_is_named_together_with_all_else_that_is()
    {
        var faults = FaultsOf(("Billing:Secrets", Secret), ("Billing:SecretsFile", "x"), ("ControlPlane:Workers", "0"));

        faults.Count.ShouldBe(2);
        faults.ShouldContain(f => f.Contains("both set"));
    }

    private static List<string> FaultsOf(params (string Name, string Value)[] settings)
    {
        var migrations = ("ControlPlane:Migrations", AppContext.BaseDirectory);
        return [.. Should.Throw<SettingsException>(() => ControlPlaneSettings.Read(Of([migrations, .. settings]))).Faults];
    }

    private static IConfiguration Of(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value, StringComparer.Ordinal)).Build();
}
