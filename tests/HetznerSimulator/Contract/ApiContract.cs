using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace HetznerSimulator.Contract;

/// <summary>
/// The official OpenAPI document as a judge of requests and responses. Paths come without <c>/v1</c>. It knows one exception: <c>datacenter</c>,
/// which the document still requires and the API dropped, may be absent.
/// </summary>
public sealed class ApiContract
{
    /// <summary>Names the document's file.</summary>
    public const string Variable = "HETZNER_SPEC";

    private const string UsualPlace = "../shared/hetzner/cloud.spec.json";

    private static readonly Lazy<ApiContract?> Found = new(() => Locate() is { } path ? new ApiContract(File.ReadAllText(path)) : null);

    private readonly List<(string[] Path, Dictionary<string, ContractOperation> Methods)> _paths = [];

    /// <summary>Reads a document of OpenAPI 3.0.</summary>
    public ApiContract(string document)
    {
        var root = JsonDocument.Parse(document).RootElement;
        var translation = new SchemaTranslation(root.GetProperty("components"));
        foreach (var path in root.GetProperty("paths").EnumerateObject())
        {
            var shared = Parameters(path.Value);
            _paths.Add((path.Name.Split('/'), path.Value.EnumerateObject().Where(m => m.Name is "get" or "post" or "put" or "delete")
                .ToDictionary(m => m.Name.ToUpperInvariant(), m => new ContractOperation(m.Value, Parameters(m.Value).Concat(shared), translation), StringComparer.Ordinal)));
        }
    }

    /// <summary>The document that <c>HETZNER_SPEC</c> names, or that lies beside the project; null where there is none.</summary>
    /// <exception cref="FileNotFoundException"><c>HETZNER_SPEC</c> names a file that is not there.</exception>
    public static ApiContract? Find() => Found.Value;

    /// <exception cref="ContractException">The path, a query parameter or the body is not what the document allows.</exception>
    public void CheckRequest(string method, string path, string query, byte[] body)
    {
        var parameters = QueryHelpers.ParseQuery(query).SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? "")));
        Judge($"request {method} {path}{query}", Operation(method, path).CheckRequest(parameters, body));
    }

    /// <exception cref="ContractException">The status or the body is not what the document allows.</exception>
    public void CheckResponse(string method, string path, int status, byte[] body) =>
        Judge($"response {status} to {method} {path}", Operation(method, path).CheckResponse(status, body));

    private ContractOperation Operation(string method, string path)
    {
        var parts = path.Split('/');
        var fitting = _paths.Where(p => p.Path.Length == parts.Length && p.Path.Zip(parts).All(x => x.First == x.Second || (x.First.StartsWith('{') && x.Second.Length > 0)));
        // A literal part is a better fit than a parameter: /servers/actions is not a server.
        return fitting.OrderBy(p => p.Path.Count(x => x.StartsWith('{'))).Select(p => p.Methods.GetValueOrDefault(method)).FirstOrDefault()
            ?? throw new ContractException($"{method} {path} is not documented.");
    }

    private static void Judge(string what, IEnumerable<string> faults)
    {
        if (string.Join("; ", faults) is { Length: > 0 } all)
        {
            throw new ContractException($"The official document does not allow the {what}: {all}");
        }
    }

    private static List<JsonElement> Parameters(JsonElement owner) => owner.TryGetProperty("parameters", out var parameters) ? [.. parameters.EnumerateArray()] : [];

    /// <summary>The document's file; null where there is none.</summary>
    /// <exception cref="FileNotFoundException"><c>HETZNER_SPEC</c> names a file that is not there.</exception>
    public static string? Locate()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"{Variable} names {named}, which is not there: correct it, or unset it to do without the official document.", named);
        }

        // From the folder of the tests up to the project's root, and one further.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            {
                return Path.Combine(folder.FullName, UsualPlace) is var usual && File.Exists(usual) ? usual : null;
            }
        }

        return null;
    }
}
