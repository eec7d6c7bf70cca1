namespace Provisioner.Dns;

/// <summary>
/// Who serves our zones. Each act may be repeated and then changes nothing. Records that are not marked as the owner's are
/// never changed or removed: <see cref="ForeignObjectException"/>. Failures are <see cref="ApiException"/>s.
/// </summary>
public interface IDnsProvider
{
    /// <summary>Makes the name and type have exactly these values and this time to live.</summary>
    Task EnsureAsync(RecordSet set, Ownership owner, CancellationToken ct);

    /// <summary>Removes all records of the name and type; what is gone already counts as removed.</summary>
    Task RemoveAsync(RecordName name, Ownership owner, CancellationToken ct);

    /// <summary>Everything in a zone that an installation has made.</summary>
    IAsyncEnumerable<OwnedRecordSet> ListAsync(string zone, string installation, CancellationToken ct);
}
