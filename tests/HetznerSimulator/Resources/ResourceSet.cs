using HetznerSimulator.Http;

namespace HetznerSimulator.Resources;

/// <summary>The project's resources of one kind, by id and by name.</summary>
public sealed class ResourceSet<T>(string kind, bool uniqueNames = true)
    where T : Resource
{
    private readonly SortedDictionary<long, T> _byId = [];
    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);

    /// <summary>The kind's name in actions and answers: <c>server</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>How many the project may have; null for no limit.</summary>
    public int? Limit { get; set; }

    public int Count => _byId.Count;

    /// <summary>All of them, by id.</summary>
    public IReadOnlyCollection<T> All => _byId.Values;

    public T? Find(long id) => _byId.GetValueOrDefault(id);

    public T? Find(string name) => uniqueNames ? _byName.GetValueOrDefault(name) : _byId.Values.FirstOrDefault(r => r.Name == name);

    /// <summary>By name, or by an id written as text.</summary>
    public T? FindByKey(string key) => Find(key) ?? (long.TryParse(key, out var id) ? Find(id) : null);

    internal T Get(long id) => Find(id) ?? throw CloudException.NotFound(Kind, id);

    /// <summary>Refuses a name that is taken, then a kind that is at its limit.</summary>
    internal void MakeRoomFor(string name)
    {
        RefuseTaken(name, null);
        MakeRoomFor(1);
    }

    /// <summary>Refuses what would go beyond the limit.</summary>
    internal void MakeRoomFor(int more)
    {
        if (Count + more > Limit)
        {
            throw CloudException.LimitReached(Kind);
        }
    }

    internal T Add(T resource)
    {
        _byId.Add(resource.Id, resource);
        if (uniqueNames)
        {
            _byName.Add(resource.Name, resource);
        }

        return resource;
    }

    internal void Remove(T resource)
    {
        _byId.Remove(resource.Id);
        if (uniqueNames)
        {
            _byName.Remove(resource.Name);
        }
    }

    /// <summary>What every PUT does: another name, other labels, or neither.</summary>
    internal void Update(T resource, Body body)
    {
        if (body.Text("name") is { } name)
        {
            RefuseTaken(name, resource);
            if (uniqueNames)
            {
                _byName.Remove(resource.Name);
                _byName.Add(name, resource);
            }

            resource.Name = name;
        }

        resource.Labels = body.Labels() ?? resource.Labels;
    }

    private void RefuseTaken(string name, T? except)
    {
        if (uniqueNames && _byName.TryGetValue(name, out var other) && other != except)
        {
            throw CloudException.Taken(Kind, "name");
        }
    }
}
