namespace ControlPlane.Api;

/// <summary>A use case that is reachable over HTTP; <see cref="ApiSetup"/> finds and maps all of them below <c>/v1</c>.</summary>
public interface IEndpoint
{
    static abstract void Map(IEndpointRouteBuilder v1);
}
