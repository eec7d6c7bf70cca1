namespace ControlPlane.Api;

/// <summary>Work has begun: becomes 202 with the operation's address in <c>Location</c>. Derive from it to tell more.</summary>
/// <param name="Operation">The operation's id.</param>
public record Accepted(Guid Operation)
{
    public string Location => $"/v1/operations/{Operation}";
}
