using System.Text.Json.Serialization.Metadata;
using Provisioner.Hetzner.Actions;
using Provisioner.Http;

namespace Provisioner.Hetzner;

/// <summary>Objects of one kind in our project: also made, labelled and deleted.</summary>
public abstract class HetznerCollection<T> : HetznerCatalogue<T>
    where T : class, IHetznerObject
{
    private readonly TimeProvider time;

    private protected HetznerCollection(HetznerApi api, string path, string one, JsonTypeInfo<T> type, TimeProvider time)
        : base(api, path, one, type) => this.time = time;

    /// <summary>Replaces all labels.</summary>
    public Task<T> SetLabelsAsync(long id, IReadOnlyDictionary<string, string> labels, CancellationToken ct)
    {
        LabelSyntax.Check(labels);
        return Api.PutAsync($"{Path}/{id}", new LabelsBody(labels), HetznerJson.Default.LabelsBody, a => a.One(One, Type), ct);
    }

    /// <summary>Deletes it; what is gone already counts as deleted. Answers the actions to wait for, if any.</summary>
    /// <exception cref="HetznerException"><c>protected</c>, <c>resource_in_use</c> or <c>locked</c>.</exception>
    public async Task<IReadOnlyList<HetznerAction>> DeleteAsync(long id, CancellationToken ct)
    {
        try
        {
            return await Api.SendAsync(new ApiCall(HttpMethod.Delete, $"{Path}/{id}") { Urgent = true }, a => a.Actions(), ct);
        }
        catch (HetznerException e) when (e.Code == HetznerErrors.NotFound)
        {
            return [];
        }
    }

    private protected Task<IReadOnlyList<HetznerAction>> ActAsync<TBody>(long id, string action, TBody body, JsonTypeInfo<TBody> type, CancellationToken ct) =>
        Api.PostAsync($"{Path}/{id}/actions/{action}", body, type, a => a.Actions(), ct);

    private protected Task<IReadOnlyList<HetznerAction>> ActAsync(long id, string action, CancellationToken ct) =>
        Api.SendAsync(new ApiCall(HttpMethod.Post, $"{Path}/{id}/actions/{action}"), a => a.Actions(), ct);

    private protected Task<Creation<T>> CreateAsync<TBody>(TBody body, JsonTypeInfo<TBody> type, CancellationToken ct, bool once = false) =>
        Api.PostAsync(Path, body, type, a => new Creation<T>(a.One(One, Type), a.Actions()), ct, once);

    /// <summary>Creates, where Hetzner keeps names unique: a name that is taken already, or an answer that was lost, may be an earlier attempt of ours.</summary>
    private protected async Task<Creation<T>> EnsureAsync(string name, Ownership owner, Func<Task<Creation<T>>> create, CancellationToken ct)
    {
        try
        {
            return await create();
        }
        catch (HetznerException e) when (e.Code == HetznerErrors.UniquenessError || e.MayHaveHappened)
        {
            if (await AdoptAsync(name, owner, ct) is { } adopted)
            {
                return adopted;
            }

            throw;
        }
    }

    /// <summary>Creates, where Hetzner would make two of the same name: looks before each try.</summary>
    private protected async Task<Creation<T>> EnsureSingleAsync(Func<Task<Creation<T>?>> adopt, Func<Task<Creation<T>>> create, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await adopt() is { } found)
            {
                return found;
            }

            try
            {
                return await create();
            }
            catch (HetznerException e) when (e.MayHaveHappened && attempt < 3 && Backoff.Pause(attempt, e.RetryAfter) is { } pause)
            {
                await Task.Delay(pause, time, ct);
            }
        }
    }

    /// <summary>The object of that name, if it is ours; null when there is none.</summary>
    /// <exception cref="ForeignObjectException">It is not ours.</exception>
    private protected async Task<Creation<T>?> AdoptAsync(string name, Ownership owner, CancellationToken ct) =>
        await FindAsync(name, ct) is { } found ? await AdoptAsync(found, owner, ct) : null;

    private protected async Task<Creation<T>> AdoptAsync(T found, Ownership owner, CancellationToken ct) =>
        owner.Equals(Ownership.Read(found.Labels))
            ? new Creation<T>(found, await RunningAsync(found.Id, ct), Adopted: true)
            : throw new ForeignObjectException($"Hetzner {One.Replace('_', ' ')} '{found.Name}' ({found.Id})", ForeignObjectException.Labels);

    /// <summary>What must still succeed before an adopted object can be used.</summary>
    private protected virtual Task<IReadOnlyList<HetznerAction>> RunningAsync(long id, CancellationToken ct) => Task.FromResult<IReadOnlyList<HetznerAction>>([]);

    private protected async Task<IReadOnlyList<HetznerAction>> ReadRunningAsync(long id, CancellationToken ct)
    {
        var running = new List<HetznerAction>();
        await foreach (var action in Api.ListAsync(Query.On($"{Path}/{id}/actions", ("status", HetznerAction.Running)), "actions", HetznerJson.Default.HetznerAction, ct))
        {
            running.Add(action);
        }

        return running;
    }
}
