using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Acme;

namespace Provisioner.Tests.Acme;

/// <summary>An authority that makes any account, and answers to orders as the test says.</summary>
internal sealed class ScriptedAuthority : IAsyncDisposable
{
    private readonly WebApplication web;
    private int orders;
    private int nonces;

    private ScriptedAuthority(WebApplication web, Func<HttpContext, string> answer)
    {
        this.web = web;
        web.Use((http, next) =>
        {
            http.Response.Headers["Replay-Nonce"] = $"nonce-{Interlocked.Increment(ref nonces)}";
            return next(http);
        });
        web.MapGet("/dir", () => Results.Json(new { newNonce = At("/nonce"), newAccount = At("/account"), newOrder = At("/order") }));
        web.MapMethods("/nonce", ["HEAD"], () => Results.Ok());
        web.MapPost("/account", () => Results.Created(At("/account/1"), new { status = "valid" }));
        web.MapPost("/order", (HttpContext http) =>
        {
            Interlocked.Increment(ref orders);
            return answer(http);
        });
    }

    /// <summary>How often it was asked for a certificate.</summary>
    public int Orders => orders;

    /// <param name="answer">Sets the status, and answers the body.</param>
    public static async Task<ScriptedAuthority> StartAsync(Func<HttpContext, string> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var authority = new ScriptedAuthority(builder.Build(), answer);
        await authority.web.StartAsync();
        return authority;
    }

    public Task<IssuedCertificate> ObtainAsync(string name) =>
        new AcmeClient(new AcmeOptions { Directory = At("/dir"), Contact = "admin@example.com" }, AcmeAccountKey.Generate(), NullLogger<AcmeClient>.Instance)
            .ObtainAsync([name], new FilesInMemory(), CancellationToken.None);

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private Uri At(string path) => new(new Uri(web.Urls.First()), path);
}
