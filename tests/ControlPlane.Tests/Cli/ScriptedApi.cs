using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Tests.Cli;

/// <summary>A control plane that answers as the test says.</summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly WebApplication app;

    private ScriptedApi(WebApplication app) => this.app = app;

    public string Address => app.Urls.First();

    /// <summary>Method, path, query and body of each request, in order.</summary>
    public ConcurrentQueue<(string Line, string Body, string? IdempotencyKey)> Requests { get; } = new();

    public static async Task<ScriptedApi> StartAsync(Func<HttpContext, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var api = new ScriptedApi(builder.Build());
        api.app.Run(async http =>
        {
            using var body = new StreamReader(http.Request.Body);
            var text = await body.ReadToEndAsync();
            api.Requests.Enqueue(($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}", text, http.Request.Headers["Idempotency-Key"]));
            await answer(http).ExecuteAsync(http);
        });
        await api.app.StartAsync();
        return api;
    }

    public static IResult Json(string text, int status = 200) => Results.Text(text, "application/json", statusCode: status);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
