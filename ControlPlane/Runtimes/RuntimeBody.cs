using System.Text.Json;
using ControlPlane.Api;
using TenantRuntime.Routes;

namespace ControlPlane.Runtimes;

/// <summary>Reads what runtimes send, in the JSON of their contract.</summary>
internal static class RuntimeBody
{
    /// <summary>Characters in the name of a process.</summary>
    public const int LongestInstance = 200;

    /// <param name="shape">What the body must be, for whoever sent something else.</param>
    /// <returns>Null where the body says null.</returns>
    public static async Task<T?> ReadAsync<T>(HttpContext http, string shape, CancellationToken ct)
        where T : class
    {
        try
        {
            return await http.Request.ReadFromJsonAsync<T>(RouteJson.Options, ct);
        }
        catch (JsonException)
        {
            throw InvalidRequest.Of(new Fault("body", $"must be {shape}"));
        }
    }
}
