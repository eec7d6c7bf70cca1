using ControlPlane.Catalog;
using Microsoft.EntityFrameworkCore;
using Migrator.Sources;

namespace ControlPlane.Fleet;

/// <summary>The releases that serve tenants now, by the newest migration each of them knows.</summary>
/// <param name="Runtimes">One for each process that is heard of.</param>
public sealed record RunningReleases(IReadOnlyList<RunningReleases.Runtime> Runtimes)
{
    /// <summary>
    /// A runtime that ends says so. One that only fell silent may be serving behind a broken network, so it counts for a day.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    public static async Task<RunningReleases> ReadAsync(CatalogDb db, CancellationToken ct) =>
        new(await db.Database
            .SqlQuery<Runtime>($"select instance, schema_head as head from runtimes where seen_at > now() - {Silence} order by instance")
            .ToListAsync(ct));

    /// <summary>
    /// A release that does not know of a contract migration may need what that takes away. Answers the first such runtime in words,
    /// or null when there is none.
    /// </summary>
    public string? WhoNeedsLessThan(string contract) =>
        Runtimes.FirstOrDefault(r => r.Head is null || VersionOrder.Instance.Compare(r.Head, contract) < 0) switch
        {
            null => null,
            { Head: null } silent => $"{silent.Instance} does not say which schema its release is made for",
            var older => $"{older.Instance} runs a release made for {older.Head}",
        };

    /// <param name="Instance">As the runtime calls itself.</param>
    /// <param name="Head">Null when it did not say.</param>
    public sealed record Runtime(string Instance, string? Head);
}
