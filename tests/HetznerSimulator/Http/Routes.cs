using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace HetznerSimulator.Http;

/// <summary>Maps the API's paths to functions over the cloud, each run by the <see cref="Pipeline"/>.</summary>
internal sealed class Routes(IEndpointRouteBuilder web, Pipeline pipeline, CancellationToken stopping)
{
    /// <summary>What is served: <c>GET /servers/{id}</c>.</summary>
    public List<(string Method, string Path)> Served { get; } = [];

    public void Get(string path, Func<Cloud, Call, Answer> answer) => Map("GET", path, answer);

    public void Post(string path, Func<Cloud, Call, Answer> answer) => Map("POST", path, answer);

    public void Put(string path, Func<Cloud, Call, Answer> answer) => Map("PUT", path, answer);

    public void Delete(string path, Func<Cloud, Call, Answer> answer) => Map("DELETE", path, answer);

    /// <summary>Everything that the simulator does not know.</summary>
    public void Otherwise() => web.MapFallback("/v1/{**path}", http => pipeline.RunAsync(http, (_, _) =>
        throw new CloudException("not_found", $"the simulator does not serve {http.Request.Method} {http.Request.Path}"), stopping));

    private void Map(string method, string path, Func<Cloud, Call, Answer> answer)
    {
        Served.Add((method, path));
        web.MapMethods($"/v1{path}", [method], http => pipeline.RunAsync(http, answer, stopping));
    }
}
