using System.Security.Cryptography;

namespace ControlPlane.Dashboard;

/// <summary>The style sheet and the script of all pages, under addresses that change with what they hold.</summary>
internal static class Drawing
{
    public static string Style { get; } = AddressOf("dashboard.css");

    public static string Script { get; } = AddressOf("dashboard.js");

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/dashboard.css", (HttpContext http) => Answer(http, "dashboard.css", "text/css")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/dashboard.js", (HttpContext http) => Answer(http, "dashboard.js", "text/javascript")).AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Answer(HttpContext http, string name, string type)
    {
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(Read(name), $"{type}; charset=utf-8");
    }

    private static string AddressOf(string name) => $"/{name}?v={Convert.ToHexStringLower(SHA256.HashData(Read(name)).AsSpan(0, 6))}";

    private static byte[] Read(string name)
    {
        using var resource = typeof(Drawing).Assembly.GetManifestResourceStream($"ControlPlane.Dashboard.{name}")!;
        var whole = new byte[resource.Length];
        resource.ReadExactly(whole);
        return whole;
    }
}
