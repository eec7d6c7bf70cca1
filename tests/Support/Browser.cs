using System.Net;
using System.Text.RegularExpressions;

namespace Support;

/// <summary>Reads pages and sends their forms as a browser does: keeps cookies, follows nothing by itself.</summary>
public sealed partial class Browser(Func<Uri> address) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>By name; without their attributes, so that they are sent over plain HTTP, too.</summary>
    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Signs in with an API key.</summary>
    public async Task<Page> SignInAsync(string key, string path = "/sign-in") =>
        await (await GetAsync(path)).SubmitAsync("sign-in", ("Key", key));

    public Task<Page> GetAsync(string path) => SendAsync(HttpMethod.Get, path, form: null);

    public Task<Page> PostAsync(string path, IReadOnlyDictionary<string, string> form) => SendAsync(HttpMethod.Post, path, form);

    public void Dispose() => http.Dispose();

    private async Task<Page> SendAsync(HttpMethod method, string path, IReadOnlyDictionary<string, string>? form)
    {
        using var request = new HttpRequestMessage(method, new Uri(address(), path));
        request.Headers.Add("Accept", "text/html");
        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        }

        request.Content = form is null ? null : new FormUrlEncodedContent(form);
        using var response = await http.SendAsync(request);
        var set = response.Headers.TryGetValues("Set-Cookie", out var values) ? values.ToList() : [];
        foreach (var cookie in set)
        {
            Keep(cookie);
        }

        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        var to = response.Headers.Location is { } location ? new Uri(new Uri(address(), path), location) : null;
        var shown = to?.Authority == address().Authority ? to.PathAndQuery : to?.AbsoluteUri;
        return new(this, path, (int)response.StatusCode, await response.Content.ReadAsStringAsync(), shown, headers, set);
    }

    private void Keep(string cookie)
    {
        var (name, value) = cookie.Split(';')[0].Split('=', 2) is [var n, var v] ? (n, v) : throw new InvalidDataException(cookie);
        if (value.Length == 0)
        {
            Cookies.Remove(name);
        }
        else
        {
            Cookies[name] = value;
        }
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Forms { get; }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Hidden { get; }

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tags { get; }

    [GeneratedRegex("\\s+", RegexOptions.None, 1000)]
    private static partial Regex Space { get; }

    /// <summary>What was answered.</summary>
    /// <param name="To">Path and query where it leads, all of it where that is another host; null where it leads nowhere.</param>
    public sealed record Page(Browser Browser, string Path, int Status, string Html, string? To, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<string> SetCookies)
    {
        /// <summary>What a person reads.</summary>
        public string Text => Space.Replace(WebUtility.HtmlDecode(Tags.Replace(Html, " ")), " ");

        /// <summary>The page that it leads to.</summary>
        public Task<Page> FollowAsync() => Browser.GetAsync(To ?? throw new InvalidOperationException($"{Path} leads nowhere: {Status} {Text}"));

        /// <summary>What a form would send; null where the page has none of that name.</summary>
        public Dictionary<string, string>? Form(string name) =>
            Forms.Matches(Html).Select(f => Hidden.Matches(f.Value).ToDictionary(h => h.Groups["name"].Value, h => WebUtility.HtmlDecode(h.Groups["value"].Value), StringComparer.Ordinal))
                .FirstOrDefault(f => f.GetValueOrDefault("_handler") == name);

        public Task<Page> SubmitAsync(string name, params (string Name, string Value)[] fields)
        {
            var form = Form(name) ?? throw new InvalidOperationException($"{Path} has no form '{name}': {Status} {Text}");
            foreach (var (field, value) in fields)
            {
                form[field] = value;
            }

            return Browser.PostAsync(Path, form);
        }
    }
}
