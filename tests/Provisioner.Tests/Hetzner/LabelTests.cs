using Provisioner.Hetzner;
using Provisioner.Tests.Http;

namespace Provisioner.Tests.Hetzner;

/// <summary>Labels and what selects by them.</summary>
public sealed class LabelTests
{
    [Fact]
    public void Selectors_are_written_as_Hetzner_reads_them()
    {
        LabelSelector.Is("env", "prod").And(LabelSelector.IsNot("k2", "v2")).ToString().ShouldBe("env=prod,k2!=v2");
        LabelSelector.Has("example.com/team").And(LabelSelector.Lacks("old")).ToString().ShouldBe("example.com/team,!old");
        LabelSelector.In("ring", "1", "2").And(LabelSelector.NotIn("tier", "shared")).ToString().ShouldBe("ring in (1,2),tier notin (shared)");
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a=b")]
    [InlineData("a b")]
    [InlineData("a)")]
    [InlineData("-a")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData("a123456789b123456789c123456789d123456789e123456789f123456789g1234")]
    public void Nothing_can_be_smuggled_into_a_selector(string value)
    {
        Should.Throw<ArgumentException>(() => LabelSelector.Is("key", value)).Message.ShouldContain(value);
        Should.Throw<ArgumentException>(() => LabelSelector.Has(value));
        Should.Throw<ArgumentException>(() => LabelSelector.In("key", "good", value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hetzner.cloud/own")]
    [InlineData("UPPER.example.com/x")]
    [InlineData("a/b/c")]
    [InlineData("/x")]
    public void Keys_that_Hetzner_refuses_are_refused_before(string key) => Should.Throw<ArgumentException>(() => LabelSelector.Has(key));

    [Fact]
    public async Task A_selector_is_escaped_on_its_way()
    {
        await using var world = new Scripted(new Script(() => Script.Json("""{"servers":[],"meta":{"pagination":{"next_page":null}}}""")));

        await world.Client.Servers.ListAsync(LabelSelector.In("example.com/ring", "1", "2"), default).ToListAsync();

        world.Script.All.Single().Path.ShouldBe("/v1/servers?label_selector=example.com%2Fring%20in%20%281%2C2%29&page=1&per_page=50");
    }

    [Fact]
    public void Ownership_survives_labels_and_comments()
    {
        var owner = new Ownership("prod-1", Guid.CreateVersion7());

        Ownership.Read(owner.Labels).ShouldBe(owner);
        Ownership.Read(owner.Comment).ShouldBe(owner);
        new Ownership(new string('a', 40), Guid.Empty).Comment.Length.ShouldBeLessThanOrEqualTo(100);
        Ownership.Read("controlplane:prod-1").ShouldBeNull();
        Ownership.Read($"other:prod-1:{Guid.Empty}").ShouldBeNull();
        Ownership.Read(new Dictionary<string, string>(StringComparer.Ordinal) { [Ownership.InstallationLabel] = "prod-1" }).ShouldBeNull();
        Should.Throw<ArgumentException>(() => new Ownership("Prod 1", Guid.Empty));
    }
}
