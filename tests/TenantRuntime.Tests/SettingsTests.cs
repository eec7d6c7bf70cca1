using Microsoft.Extensions.Options;
using TenantRuntime.Tests.World;

namespace TenantRuntime.Tests;

public sealed class SettingsTests
{
    [Fact]
    public async Task All_faults_are_named_together_with_their_remedies_before_anything_starts()
    {
        var error = await Should.ThrowAsync<OptionsValidationException>(() => ServedApp.StartAsync("nowhere", _ => { }, o =>
        {
            o.Key = null;
            o.BaseDomain = "UPPER.case:80";
            o.PublicPorts.Add(70000);
            o.KnownProxies.Add("10.0.0.0/99");
            o.Connections.PerServer = 0;
        }));

        var faults = error.Failures.ToList();
        faults.Count.ShouldBe(6);
        foreach (var setting in new[] { "ControlPlane", "KeyFile", "BaseDomain", "PublicPorts", "KnownProxies", "Connections__PerServer" })
        {
            faults.ShouldContain(f => f.Contains($"Set TenantRuntime__{setting} to ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_missing_key_file_is_named() =>
        new TenantRuntimeValidation().Validate(name: null, new TenantRuntimeOptions { ControlPlane = "http://localhost", BaseDomain = "localhost", KeyFile = "/no/such/key" })
            .FailureMessage!.ShouldContain("/no/such/key");
}
