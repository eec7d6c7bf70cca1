using System.Text;

namespace Provisioner.Hetzner.Servers;

/// <summary>A <see cref="ServerRequest"/> as Hetzner reads it, for one choice.</summary>
internal sealed record CreateServerBody(
    string Name,
    string ServerType,
    string Location,
    string Image,
    IReadOnlyList<string> SshKeys,
    IReadOnlyList<FirewallOnServer> Firewalls,
    IReadOnlyList<long> Networks,
    long? PlacementGroup,
    IReadOnlyDictionary<string, string> Labels,
    string? UserData,
    PublicNetRequest? PublicNet,
    bool StartAfterCreate)
{
    /// <exception cref="ArgumentException">A label or the user data is not acceptable.</exception>
    public static CreateServerBody From(ServerRequest request, ServerChoice choice, Ownership owner)
    {
        if (request.UserData is { } data && Encoding.UTF8.GetByteCount(data) > ServerRequest.LongestUserData)
        {
            throw new ArgumentException($"The user data of server {request.Name} has {Encoding.UTF8.GetByteCount(data)} bytes; Hetzner takes {ServerRequest.LongestUserData}. Do more by SSH and less by cloud-init.", nameof(request));
        }

        return new CreateServerBody(
            request.Name,
            choice.ServerType,
            choice.Location,
            request.Image,
            request.SshKeys,
            [.. request.Firewalls.Select(f => new FirewallOnServer(f))],
            request.Networks,
            request.PlacementGroup,
            LabelSyntax.Owned(owner, request.Labels),
            request.UserData,
            request.PublicNet,
            request.StartAfterCreate);
    }
}
