using System.Text.Json.Nodes;
using Provisioner.Ssh;

namespace Provisioner.Ansible;

/// <summary>A server as a playbook sees it.</summary>
/// <param name="Target">Where it is and which host keys are its own; its alias is its name.</param>
/// <param name="Groups">What it is: <c>database</c>, <c>cache</c>, <c>application</c>, <c>control</c>, <c>edge</c>, <c>monitoring</c>.</param>
/// <param name="Variables">
/// What roles need to know of it (<c>ansible/README.md</c> names all). Strings are data: Ansible evaluates nothing in them. May
/// hold secrets: they reach Ansible in a file that only we can read.
/// </param>
public sealed record PlaybookHost(SshTarget Target, IReadOnlyList<string> Groups, JsonObject Variables)
{
    /// <summary>Ansible warns of those that an inventory lacks.</summary>
    private static readonly string[] AllGroups = ["database", "cache", "application", "control", "edge", "monitoring"];

    public override string ToString() => Target.ToString();

    /// <summary>The inventory with this one server, as YAML.</summary>
    internal string ToInventory(SshFiles files)
    {
        var variables = Variables.DeepClone().AsObject();
        variables["ansible_host"] = Target.Address;
        variables["ansible_port"] = Target.Port;
        variables["ansible_user"] = Target.User;
        variables["ansible_ssh_private_key_file"] = files.KeyFile;
        variables["ansible_ssh_common_args"] = string.Join(' ', files.Options);
        return UnsafeYaml.Write(new JsonObject
        {
            ["all"] = new JsonObject
            {
                ["hosts"] = new JsonObject { [Target.Alias] = variables },
                ["children"] = new JsonObject(AllGroups.Union(Groups, StringComparer.Ordinal).Select(group => KeyValuePair.Create(
                    group, (JsonNode?)new JsonObject { ["hosts"] = Groups.Contains(group, StringComparer.Ordinal) ? new JsonObject { [Target.Alias] = new JsonObject() } : new JsonObject() }))),
            },
        });
    }
}
