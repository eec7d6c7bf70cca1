using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Problems;

namespace ControlPlane.Api;

/// <summary>
/// Makes a request from the members' values in the route, the query string (GET, DELETE) and the JSON body (others), and names
/// everything that is wrong with them in one answer: unknown, missing and malformed members, and the request's own faults.
/// </summary>
internal static class RequestBinder
{
    /// <summary>Reads the request that an endpoint sends.</summary>
    /// <exception cref="ProblemException">400 with every fault.</exception>
    public static async Task<TRequest> BindAsync<TRequest>(HttpContext http)
        where TRequest : Message
    {
        var faults = new List<Fault>();
        var members = ApiJson.Options.GetTypeInfo(typeof(TRequest)).Properties;
        var given = RequestBody.IsExpected(http.Request)
            ? await RequestBody.ReadAsync(http, faults)
            : QueryText.Read(http.Request.Query, members);
        var inRoute = http.Request.RouteValues.Keys;
        foreach (var name in given.Select(g => g.Key).Where(n => inRoute.Contains(n, StringComparer.OrdinalIgnoreCase) || members.All(m => m.Name != n)))
        {
            faults.Add(new(name, $"is not known here; known are: {string.Join(", ", members.Select(m => m.Name).Except(inRoute, StringComparer.OrdinalIgnoreCase))}"));
        }

        foreach (var member in members)
        {
            if (http.Request.RouteValues.TryGetValue(member.Name, out var text))
            {
                given[member.Name] = QueryText.Parse((string)text!, member.PropertyType);
            }
        }

        return Bind<TRequest>(given, faults);
    }

    /// <summary>Makes a request of an object's members; those that it does not know are left out.</summary>
    /// <param name="faults">What is known to be wrong already.</param>
    /// <exception cref="ProblemException">400 with every fault.</exception>
    public static TRequest Bind<TRequest>(JsonObject given, List<Fault> faults)
        where TRequest : Message
    {
        var whole = new JsonObject();
        var faultless = true;
        foreach (var member in ApiJson.Options.GetTypeInfo(typeof(TRequest)).Properties)
        {
            var value = given.TryGetPropertyValue(member.Name, out var node) ? node?.DeepClone()
                : member.IsRequired ? null
                : Missing;
            if (ReferenceEquals(value, Missing))
            {
                continue;
            }

            if (MemberValue.FaultOf(member, value) is { } fault)
            {
                faults.Add(fault);
                faultless &= MemberValue.TryPlaceholder(member, out value);
            }

            whole[member.Name] = value;
        }

        return Conclude<TRequest>(whole, faults, faultless);
    }

    private static JsonNode Missing { get; } = JsonValue.Create("");

    /// <summary>With placeholders for what is malformed, the request can still say what else is wrong.</summary>
    private static TRequest Conclude<TRequest>(JsonObject whole, List<Fault> faults, bool faultless)
        where TRequest : Message
    {
        if (faultless)
        {
            var request = whole.Deserialize<TRequest>(ApiJson.Options)!;
            faults.AddRange(request.Faults().Where(f => faults.All(known => known.Field != f.Field)).ToArray());
            if (faults.Count == 0)
            {
                return request;
            }
        }

        throw InvalidRequest.Of(faults);
    }
}
