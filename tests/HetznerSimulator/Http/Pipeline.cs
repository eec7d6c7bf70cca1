using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HetznerSimulator.Actions;
using HetznerSimulator.Calls;
using HetznerSimulator.Contract;
using HetznerSimulator.Faults;
using HetznerSimulator.Servers;
using Microsoft.AspNetCore.Http;

namespace HetznerSimulator.Http;

/// <summary>What happens to every request: budget, token, fault, contract, the endpoint itself under the gate, contract again, journal.</summary>
internal sealed class Pipeline(SimulatorOptions options, Cloud cloud, FaultPlan faults, CallLog calls, ViolationLog violations)
{
    private readonly RateLimit _budget = new(options.RateLimit, options.Time);
    private readonly ApiContract? _contract = options.ValidateRequests ? ApiContract.Find() : null;

    /// <summary>Held while anything reads or changes the cloud.</summary>
    public Lock Gate { get; } = new();

    public async Task RunAsync(HttpContext http, Func<Cloud, Call, Answer> endpoint, CancellationToken stopping)
    {
        using var received = new MemoryStream();
        await http.Request.Body.CopyToAsync(received, http.RequestAborted);
        var request = new Request(http.Request.Method, http.Request.Path.Value!["/v1".Length..], http.Request.QueryString.Value ?? "", received.ToArray());
        var fault = faults.Next(request.Method, request.Path);
        var (status, body) = Decide(http, request, endpoint, fault);
        calls.Add(new CallRecord(options.Time.GetUtcNow(), request.Method, request.Path, request.Query, fault?.Kind == FaultKind.NoAnswer ? 0 : status));
        await SendAsync(http, status, body, fault, stopping);
    }

    private static async Task SendAsync(HttpContext http, int status, byte[] body, Fault? fault, CancellationToken stopping)
    {
        if (fault?.Kind == FaultKind.NoAnswer)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
            await Task.Delay(TimeSpan.FromSeconds(fault.Seconds), end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            http.Abort();
            return;
        }

        http.Response.StatusCode = status;
        if (body.Length == 0)
        {
            return;
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        var arrives = fault?.Kind == FaultKind.TruncatedBody ? body.Length / 2 : body.Length;
        await http.Response.Body.WriteAsync(body.AsMemory(0, arrives), http.RequestAborted);
        if (arrives < body.Length)
        {
            await http.Response.Body.FlushAsync(http.RequestAborted);
            http.Abort();
        }
    }

    private (int Status, byte[] Body) Decide(HttpContext http, Request request, Func<Cloud, Call, Answer> endpoint, Fault? fault)
    {
        try
        {
            var (status, body) = Try(http, request, endpoint, fault);
            _contract?.CheckResponse(request.Method, request.Path, status, body);
            return (status, body);
        }
        catch (ContractException e)
        {
            violations.Add(e.Message);
            return (500, Json.Write(new CloudException("contract_violation", e.Message).Body));
        }
    }

    private (int Status, byte[] Body) Try(HttpContext http, Request request, Func<Cloud, Call, Answer> endpoint, Fault? fault)
    {
        try
        {
            if (!_budget.Take(http.Response.Headers))
            {
                throw new CloudException("rate_limit_exceeded", "limit of requests per hour reached");
            }

            Authenticate(http.Request, request.Method);
            Refuse(http.Response, fault);
            _contract?.CheckRequest(request.Method, request.Path, request.Query, request.Body);
            return Run(endpoint, new Call(http, request.Path, Parse(request.Body)), fault);
        }
        catch (CloudException e)
        {
            return (e.Status, Json.Write(e.Body));
        }
    }

    private (int Status, byte[] Body) Run(Func<Cloud, Call, Answer> endpoint, Call call, Fault? fault)
    {
        lock (Gate)
        {
            cloud.Actions.Settle();
            cloud.Actions.Fate = fault?.Kind switch { FaultKind.ActionStuck => ActionFate.Stuck, FaultKind.ActionFailed => ActionFate.Failed, _ => ActionFate.Good };
            call.Server = call.Path.StartsWith("/servers/", StringComparison.Ordinal) ? cloud.Servers.Find(call.Id()) : null;
            var answer = endpoint(cloud, call);
            var body = Json.Write(answer.Body);
            if (call.Server is { } server && fault is { Kind: FaultKind.ServerVanishes or FaultKind.AddressReused })
            {
                Disasters.Vanish(cloud, server, reuseAddress: fault.Kind == FaultKind.AddressReused);
            }

            return (answer.Status, body);
        }
    }

    private void Authenticate(HttpRequest request, string method)
    {
        var token = request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : "";
        if (IsSame(token, options.Token))
        {
            return;
        }

        if (!IsSame(token, options.ReadOnlyToken))
        {
            throw new CloudException("unauthorized", "unable to authenticate");
        }

        if (method != HttpMethods.Get)
        {
            throw new CloudException("token_readonly", "the token is only allowed to perform GET requests");
        }
    }

    private void Refuse(HttpResponse response, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.Error:
                throw new CloudException(fault.Code, $"{fault.Code}, as the simulator was told");
            case FaultKind.RateLimited:
                _budget.ShowExhausted(response.Headers);
                throw new CloudException("rate_limit_exceeded", "limit of requests per hour reached, as the simulator was told");
            case FaultKind.SoldOut:
                throw new CloudException("resource_unavailable", "sold out, as the simulator was told");
            case FaultKind.LimitReached:
                throw CloudException.LimitReached("server");
            default:
                break;
        }
    }

    private static Body Parse(byte[] received)
    {
        if (received.Length == 0)
        {
            return Body.Empty;
        }

        try
        {
            var root = JsonSerializer.Deserialize<JsonElement>(received);
            return root.ValueKind == JsonValueKind.Object ? new Body(root) : throw new CloudException("json_error", "the body is no JSON object");
        }
        catch (JsonException)
        {
            throw new CloudException("json_error", "invalid JSON");
        }
    }

    private static bool IsSame(string token, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(expected));

    private sealed record Request(string Method, string Path, string Query, byte[] Body);
}
