using System.Net;

namespace Provisioner.Tests.Http;

/// <summary>A server that answers as a test says, and remembers what it was asked.</summary>
internal sealed class Script(Func<Asked, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly List<Asked> all = [];

    /// <summary>Answers one after the other; the last one for ever.</summary>
    public Script(params Func<HttpResponseMessage>[] answers)
        : this(asked => answers[Math.Min(asked.Number, answers.Length) - 1]())
    {
    }

    public IReadOnlyList<Asked> All
    {
        get
        {
            lock (gate)
            {
                return [.. all];
            }
        }
    }

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(body) };

    public static HttpResponseMessage Refusal(HttpStatusCode status, string code, string message = "no", string details = "null") =>
        Json($$$"""{"error":{"code":"{{{code}}}","message":"{{{message}}}","details":{{{details}}}}}""", status);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Asked asked;
        lock (gate)
        {
            asked = new Asked(all.Count + 1, request.Method.Method, request.RequestUri!.PathAndQuery, body);
            all.Add(asked);
        }

        return answer(asked);
    }
}
