using System.Text.Json.Nodes;
using Provisioner.Ansible;

namespace Provisioner.Tests.Ansible;

public sealed class UnsafeYamlTests
{
    [Fact]
    public void Every_string_is_tagged_and_every_character_that_YAML_might_not_take_is_escaped()
    {
        var written = UnsafeYaml.Write(new JsonObject { ["a"] = "{{ x }}\n\"\\", ["b"] = new JsonArray(1, true, null, "😀"), ["c"] = new JsonObject() });

        written.ShouldBe(
            """
            {"a": !unsafe "{{ x }}\U0000000A\"\\",
            "b": [1,
            true,
            null,
            !unsafe "\U0001F600"],
            "c": {}}

            """);
    }
}
