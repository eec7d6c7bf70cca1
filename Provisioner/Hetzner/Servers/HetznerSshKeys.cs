namespace Provisioner.Hetzner.Servers;

/// <summary>The public keys of our project.</summary>
public sealed class HetznerSshKeys : HetznerCollection<HetznerSshKey>
{
    internal HetznerSshKeys(HetznerApi api, TimeProvider time)
        : base(api, "ssh_keys", "ssh_key", HetznerJson.Default.HetznerSshKey, time)
    {
    }

    /// <summary>Adds the key; one of that name that is ours already is adopted, and replaced when it is another key.</summary>
    /// <exception cref="ForeignObjectException">A key of that name, or the same key under another name, is not ours.</exception>
    public async Task<Creation<HetznerSshKey>> EnsureAsync(SshKeyRequest request, Ownership owner, CancellationToken ct)
    {
        var owned = request with { Labels = LabelSyntax.Owned(owner, request.Labels) };
        var made = await EnsureAsync(request.Name, owner, () => AddAsync(owned, owner, ct), ct);
        if (request.IsKey(made.Object.PublicKey))
        {
            return made;
        }

        await DeleteAsync(made.Object.Id, ct);
        return await AddAsync(owned, owner, ct);
    }

    private async Task<Creation<HetznerSshKey>> AddAsync(SshKeyRequest owned, Ownership owner, CancellationToken ct)
    {
        try
        {
            return await CreateAsync(owned, HetznerJson.Default.SshKeyRequest, ct);
        }
        catch (HetznerException e) when (e.Code == HetznerErrors.UniquenessError)
        {
            // The name is taken, or the key: Hetzner keeps both unique, and one server may have been given either.
            await foreach (var other in ListAsync(selector: null, ct))
            {
                if (owned.IsKey(other.PublicKey))
                {
                    return await AdoptAsync(other, owner, ct);
                }
            }

            throw;
        }
    }
}
