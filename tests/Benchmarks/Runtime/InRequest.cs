using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Runtime;

/// <summary>Measures within a real request: what Kestrel makes of one keeps headers and features in another way than a context made by hand.</summary>
internal static class InRequest
{
    public static async Task<T> RunAsync<T>(string path, Func<HttpContext, Task<T>> act, CancellationToken ct)
    {
        await using var app = Builder().Build();
        Task<T>? acting = null;
        app.Run(async context => await (acting = act(context)));
        await app.StartAsync(ct);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Timeout.InfiniteTimeSpan };
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), ct);

        // Where it failed, this tells why; the answer would not.
        return await acting!;
    }

    /// <summary>A web application that logs nothing.</summary>
    public static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }
}
