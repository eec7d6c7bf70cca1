using HetznerSimulator.Http;
using HetznerSimulator.Resources;

namespace HetznerSimulator.SshKeys;

/// <summary>SSH keys: a name and a key exist once in the project.</summary>
internal static class SshKeyRoutes
{
    public static void Map(Routes api)
    {
        ResourceRoutes.Map(api, "ssh_keys", cloud => cloud.SshKeys, (_, key) => key.Show(), (call, keys) => call.Where(keys, "fingerprint", k => k.Fingerprint));
        ResourceRoutes.MapDelete(api, "ssh_keys", cloud => cloud.SshKeys);
        api.Post("/ssh_keys", Create);
    }

    private static Answer Create(Cloud cloud, Call call)
    {
        var name = call.Body.Required("name");
        var publicKey = call.Body.Required("public_key").Trim();
        var fingerprint = Fingerprint.Of(publicKey) ?? throw call.Body.Invalid("public_key", "is not a valid SSH public key");
        cloud.SshKeys.MakeRoomFor(name);
        if (cloud.SshKeys.All.Any(k => k.Fingerprint == fingerprint))
        {
            throw CloudException.Taken("SSH key", "public_key");
        }

        var key = new SshKey { Id = cloud.NextId(), Name = name, Created = cloud.Now, Labels = call.Body.Labels() ?? Labels.None, PublicKey = publicKey, Fingerprint = fingerprint };
        return Answer.Created("ssh_key", cloud.SshKeys.Add(key).Show());
    }
}
