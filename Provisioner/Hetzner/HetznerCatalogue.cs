using System.Text.Json.Serialization.Metadata;

namespace Provisioner.Hetzner;

/// <summary>Objects of one kind that can be listed and looked up. Failures are <see cref="HetznerException"/>s.</summary>
public abstract class HetznerCatalogue<T>
    where T : class
{
    private protected HetznerCatalogue(HetznerApi api, string path, string one, JsonTypeInfo<T> type) => (Api, Path, One, Type) = (api, path, one, type);

    private protected HetznerApi Api { get; }

    /// <summary>Of the collection, and the name of the list in answers.</summary>
    private protected string Path { get; }

    /// <summary>The name of one object in answers.</summary>
    private protected string One { get; }

    private protected JsonTypeInfo<T> Type { get; }

    /// <summary>All of them, or those that the selector chooses, page by page.</summary>
    public IAsyncEnumerable<T> ListAsync(LabelSelector? selector, CancellationToken ct) =>
        Api.ListAsync(Query.On(Path, ("label_selector", selector?.ToString())), Path, Type, ct);

    /// <exception cref="HetznerException"><c>not_found</c>.</exception>
    public Task<T> GetAsync(long id, CancellationToken ct) => Api.GetAsync($"{Path}/{id}", a => a.One(One, Type), ct);

    /// <summary>Null when there is none of that id.</summary>
    public async Task<T?> FindAsync(long id, CancellationToken ct)
    {
        try
        {
            return await GetAsync(id, ct);
        }
        catch (HetznerException e) when (e.Code == HetznerErrors.NotFound)
        {
            return null;
        }
    }

    /// <summary>Null when there is none of that name.</summary>
    /// <exception cref="HetznerException"><c>ambiguous_name</c>: there are several.</exception>
    public Task<T?> FindAsync(string name, CancellationToken ct) => FindOnlyAsync(name, Query.On(Path, ("name", name)), ct);

    private protected async Task<T?> FindOnlyAsync(string name, string query, CancellationToken ct)
    {
        T? only = null;
        await foreach (var found in Api.ListAsync(query, Path, Type, ct))
        {
            only = only is null ? found : throw new HetznerException(HetznerErrors.Ambiguous, $"Hetzner has several {Path} named '{name}'. Find out which one is meant, rename or remove the others, then retry.");
        }

        return only;
    }
}
