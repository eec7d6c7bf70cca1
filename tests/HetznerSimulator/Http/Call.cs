using System.Globalization;
using HetznerSimulator.Resources;
using HetznerSimulator.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace HetznerSimulator.Http;

/// <summary>One request as an endpoint sees it.</summary>
internal sealed class Call(HttpContext http, string path, Body body)
{
    public Body Body { get; } = body;

    /// <summary>Without <c>/v1</c>.</summary>
    public string Path { get; } = path;

    /// <summary>The server that the call made or named; the faults that hit a server hit this one.</summary>
    public Server? Server { get; set; }

    /// <summary>A part of the path.</summary>
    public string Route(string name) => http.GetRouteValue(name) as string ?? "";

    /// <summary>A part of the path that is an id; anything else is an id that nothing has.</summary>
    public long Id(string name = "id") => long.TryParse(Route(name), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>A query parameter that may be there once; empty counts as absent.</summary>
    public string? Query(string name) => http.Request.Query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;

    /// <summary>A query parameter that may be repeated.</summary>
    public IReadOnlyList<string> QueryAll(string name) => http.Request.Query[name].Where(v => !string.IsNullOrEmpty(v)).Select(v => v!).ToList();

    /// <summary>What the parameter leaves: everything where it is absent, else what has one of its values.</summary>
    public IEnumerable<T> Where<T>(IEnumerable<T> items, string name, Func<T, string> value) =>
        QueryAll(name) is { Count: > 0 } wanted ? items.Where(item => wanted.Contains(value(item), StringComparer.Ordinal)) : items;

    /// <summary>The resources that the query's name and label selector leave, in the order it asks for.</summary>
    public IEnumerable<T> Filter<T>(IEnumerable<T> resources)
        where T : Resource
    {
        var name = Query("name");
        var selector = Query("label_selector") is { } text ? new LabelSelector(text) : null;
        return Sort(resources.Where(r => (name is null || r.Name == name) && (selector is null || selector.Matches(r.Labels))),
            new() { ["id"] = r => r.Id, ["name"] = r => r.Name, ["created"] = r => r.Created });
    }

    /// <summary>Sorts by <c>sort=key</c>, <c>sort=key:desc</c>, any number of them; by the first key where none is given.</summary>
    public IEnumerable<T> Sort<T>(IEnumerable<T> items, Dictionary<string, Func<T, object?>> keys)
    {
        IOrderedEnumerable<T>? sorted = null;
        foreach (var wish in QueryAll("sort"))
        {
            var parts = wish.Split(':');
            if (!keys.TryGetValue(parts[0], out var key) || parts.Length > 2 || (parts.Length == 2 && parts[1] is not ("asc" or "desc")))
            {
                throw CloudException.Invalid("sort", $"cannot sort by '{wish}'");
            }

            var descending = parts.Length == 2 && parts[1] == "desc";
            sorted = (sorted, descending) switch
            {
                (null, false) => items.OrderBy(key, Ordinal),
                (null, true) => items.OrderByDescending(key, Ordinal),
                (_, false) => sorted.ThenBy(key, Ordinal),
                (_, true) => sorted.ThenByDescending(key, Ordinal),
            };
        }

        return sorted ?? items;
    }

    /// <summary>The asked-for page of a list: <c>{"servers": […], "meta": {"pagination": {…}}}</c>.</summary>
    public Answer Page<T>(string key, IEnumerable<T> items, Func<T, object> show)
    {
        var (page, perPage) = (Positive("page", 1, int.MaxValue), Positive("per_page", 25, 50));
        var all = items.ToList();
        var last = Math.Max(1, (all.Count + perPage - 1) / perPage);
        return Answer.Ok(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [key] = all.Skip((int)Math.Min(int.MaxValue, (page - 1L) * perPage)).Take(perPage).Select(show).ToList(),
            ["meta"] = new
            {
                Pagination = new
                {
                    Page = page,
                    PerPage = perPage,
                    PreviousPage = page > 1 ? page - 1 : (int?)null,
                    NextPage = page < last ? page + 1 : (int?)null,
                    LastPage = last,
                    TotalEntries = all.Count,
                },
            },
        });
    }

    private static readonly Comparer<object?> Ordinal =
        Comparer<object?>.Create((x, y) => x is string a && y is string b ? string.CompareOrdinal(a, b) : Comparer<object?>.Default.Compare(x, y));

    private int Positive(string name, int otherwise, int atMost) => Query(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 && number <= atMost ? number
        : throw CloudException.Invalid(name, $"must be from 1 to {atMost}");
}
