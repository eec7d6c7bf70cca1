using System.Net;

namespace TenantRuntime.Requests;

/// <summary>The page shown to people instead of the application. One file, no outside resources.</summary>
internal static class RefusalPage
{
    public static string Render(int status, string title, string detail) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{WebUtility.HtmlEncode(title)}}</title>
        <style>
        :root { color-scheme: light dark; --ink: #1c2130; --soft: #667085; --paper: #f6f7fb; --card: #fff; --line: #e6e8f0; --accent: #4f46e5 }
        @media (prefers-color-scheme: dark) { :root { --ink: #eceef5; --soft: #98a1b5; --paper: #10131c; --card: #181c28; --line: #262c3d; --accent: #8b85ff } }
        * { box-sizing: border-box }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--paper); color: var(--ink);
               font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
        main { width: min(460px, 100%); padding: 40px; background: var(--card); border: 1px solid var(--line); border-radius: 16px;
               box-shadow: 0 1px 2px rgb(16 24 40 / 5%), 0 12px 32px -12px rgb(16 24 40 / 18%) }
        .status { display: inline-block; padding: 2px 10px; border-radius: 999px; font-size: 13px; font-weight: 600; letter-spacing: .04em;
                  color: var(--accent); background: color-mix(in srgb, var(--accent) 12%, transparent) }
        h1 { margin: 16px 0 8px; font-size: 26px; line-height: 1.25; letter-spacing: -.02em; text-wrap: balance }
        p { margin: 0; color: var(--soft) }
        </style>
        </head>
        <body><main><span class="status">{{status}}</span><h1>{{WebUtility.HtmlEncode(title)}}</h1><p>{{WebUtility.HtmlEncode(detail)}}</p></main></body>
        </html>
        """;
}
