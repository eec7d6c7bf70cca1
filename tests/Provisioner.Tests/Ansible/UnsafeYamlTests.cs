using System.Text.Json.Nodes;
using Provisioner.Ansible;
using Provisioner.Processes;

namespace Provisioner.Tests.Ansible;

public sealed class UnsafeYamlTests
{
    [Fact]
    public void Every_string_is_tagged_and_every_character_that_YAML_might_not_take_is_escaped()
    {
        var written = UnsafeYaml.Write(new JsonObject { ["a"] = "{{ x }}\n\"\\", ["b"] = new JsonArray(1, true, null, "😀"), ["c"] = new JsonObject() });

        written.ShouldBe("""{"a": !unsafe "{{ x }}\U0000000A\"\\",""" + "\n" + """"b": [1,""" + "\ntrue,\nnull,\n" + """!unsafe "\U0001F600"],""" + "\n" + """"c": {}}""" + "\n");
    }

    [Fact]
    public async Task Ansible_reads_what_was_written_and_evaluates_nothing()
    {
        var path = Path.Combine(Path.GetTempPath(), $"unsafe-{Guid.CreateVersion7()}.yml");
        await File.WriteAllTextAsync(path, UnsafeYaml.Write(new JsonObject { ["motto"] = ConfiguredServer.Hostile }));
        try
        {
            var command = new Command("ansible", "localhost", "--extra-vars", "@" + path, "--module-name", "ansible.builtin.debug", "--args", "msg={{ motto | b64encode }}");
            var said = (await command.RunAsync(CancellationToken.None)).OrThrow("ansible").Output;

            said.ShouldContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(ConfiguredServer.Hostile)));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
