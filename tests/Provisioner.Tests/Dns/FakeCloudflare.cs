using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;

namespace Provisioner.Tests.Dns;

/// <summary>
/// The part of Cloudflare's API that we use, as its documentation describes it: zones, records one by one, filters, pages, errors
/// as numbers in an envelope, rate limit headers.
/// </summary>
internal sealed class FakeCloudflare : HttpMessageHandler
{
    public const string Token = "cloudflare-canary-token";

    private const string ZoneId = "023e105f4ecef8ad9ca31a8372d0c353";

    private readonly Lock gate = new();
    private int lastId;

    public string Zone { get; init; } = "example.com";

    /// <summary>What a list gives at most at once, however much is asked for.</summary>
    public int LargestPage { get; init; } = 3;

    /// <summary>Whether lists are empty, whatever is there.</summary>
    public bool Blind { get; set; }

    public int Budget { get; set; } = 1200;

    public List<JsonObject> Records { get; } = [];

    public List<string> Asked { get; } = [];

    /// <summary>What to do instead of the next answers; null answers. The work is done before.</summary>
    public Queue<Func<HttpResponseMessage>?> Faults { get; } = [];

    public static HttpResponseMessage Refusal(HttpStatusCode status, int code, string message, string chain = "[]") =>
        Envelope(status, $$"""{"result":null,"success":false,"errors":[{"code":{{code}},"message":"{{message}}","error_chain":{{chain}}}],"messages":[]}""");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        lock (gate)
        {
            Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
            Budget--;
            var answer = request.Headers.Authorization?.Parameter == Token
                ? Decide(request.Method.Method, request.RequestUri.AbsolutePath["/client/v4/".Length..].Split('/'), HttpUtility.ParseQueryString(request.RequestUri.Query), body)
                : Refusal(HttpStatusCode.Forbidden, 10000, $"Authentication error: {request.Headers.Authorization}");
            answer.Headers.Add("Ratelimit", $"\"default\";r={Budget};t=30");
            return Faults.TryDequeue(out var fault) && fault is not null ? fault() : answer;
        }
    }

    private HttpResponseMessage Decide(string method, string[] path, System.Collections.Specialized.NameValueCollection query, JsonObject? body) =>
        (method, path) switch
        {
            ("GET", ["zones"]) => Result(query["name"] == Zone ? new JsonArray(new JsonObject { ["id"] = ZoneId, ["name"] = Zone, ["status"] = "active" }) : new JsonArray()),
            ("GET", ["zones", ZoneId, "dns_records"]) => List(query),
            ("POST", ["zones", ZoneId, "dns_records"]) => Create(body!),
            ("PATCH", ["zones", ZoneId, "dns_records", var id]) => Find(id) is { } record ? Patch(record, body!) : Missing(),
            ("DELETE", ["zones", ZoneId, "dns_records", var id]) => Find(id) is { } record && Records.Remove(record) ? Result(new JsonObject { ["id"] = id }) : Missing(),
            _ => Refusal(HttpStatusCode.BadRequest, 7003, "Could not route to the request"),
        };

    private HttpResponseMessage List(System.Collections.Specialized.NameValueCollection query)
    {
        var found = Records.Where(r => !Blind
            && (query["type"] is null || query["type"] == Text(r, "type"))
            && (query["name.exact"] is null || query["name.exact"] == Text(r, "name"))
            && (query["comment.startswith"] is null || Text(r, "comment").StartsWith(query["comment.startswith"]!, StringComparison.Ordinal))).ToList();
        var (page, size) = (int.Parse(query["page"] ?? "1"), Math.Min(LargestPage, int.Parse(query["per_page"] ?? "100")));
        var info = new JsonObject { ["page"] = page, ["per_page"] = size, ["total_pages"] = (found.Count + size - 1) / size, ["total_count"] = found.Count };
        return Result(new JsonArray([.. found.Skip((page - 1) * size).Take(size).Select(r => r.DeepClone())]), info);
    }

    private HttpResponseMessage Create(JsonObject body)
    {
        if (Fault(body, except: null) is { } fault)
        {
            return fault;
        }

        body["id"] = $"{++lastId:x32}";
        Records.Add(body);
        return Result(body.DeepClone());
    }

    private HttpResponseMessage Patch(JsonObject record, JsonObject body)
    {
        if (Fault(body, record) is { } fault)
        {
            return fault;
        }

        foreach (var (name, value) in body)
        {
            record[name] = value?.DeepClone();
        }

        return Result(record.DeepClone());
    }

    private HttpResponseMessage? Fault(JsonObject body, JsonObject? except)
    {
        var others = Records.Where(r => r != except && Text(r, "name") == Text(body, "name")).ToList();
        var alias = Text(body, "type") == "CNAME";
        return body["ttl"]!.GetValue<int>() is not (1 or (>= 60 and <= 86400)) || Text(body, "comment").Length > 100 || (Text(body, "type") == "TXT" && !Text(body, "content").StartsWith('"'))
                ? Refusal(HttpStatusCode.BadRequest, 1004, "DNS Validation Error", """[{"code":9020,"message":"Invalid record"}]""")
            : others.Exists(r => Text(r, "type") == Text(body, "type") && Text(r, "content") == Text(body, "content")) ? Refusal(HttpStatusCode.BadRequest, 81058, "An identical record already exists.")
            : alias && others.Count > 0 ? Refusal(HttpStatusCode.BadRequest, 81053, "An A, AAAA, or CNAME record with that host already exists.")
            : others.Exists(r => Text(r, "type") == "CNAME") ? Refusal(HttpStatusCode.BadRequest, 81054, "A CNAME record with that host already exists.")
            : null;
    }

    private JsonObject? Find(string id) => Records.Find(r => Text(r, "id") == id);

    private static HttpResponseMessage Missing() => Refusal(HttpStatusCode.NotFound, 81044, "Record does not exist.");

    private static string Text(JsonObject record, string name) => record[name]?.GetValue<string>() ?? "";

    private static HttpResponseMessage Result(JsonNode result, JsonObject? info = null) =>
        Envelope(HttpStatusCode.OK, new JsonObject { ["result"] = result, ["success"] = true, ["errors"] = new JsonArray(), ["messages"] = new JsonArray(), ["result_info"] = info }.ToJsonString(JsonSerializerOptions.Default));

    private static HttpResponseMessage Envelope(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body) };
}
