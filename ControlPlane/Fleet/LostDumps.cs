using System.Globalization;
using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Start;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Fleet;

/// <summary>
/// Deletes dumps that a rehearsal on a tenant's copy left on this machine: its worker was killed, and one on another machine took over.
/// </summary>
public sealed class LostDumps(IDbContextFactory<CatalogDb> catalogs, ControlPlaneSettings settings) : Chore
{
    private const string Prefix = "rehearsal_";

    public override string Cron => "0 8/10 * * * ?";

    /// <summary>Where an operation keeps the tenant's rows between dump and restore.</summary>
    internal static string FileOf(ControlPlaneSettings settings, Guid operation) =>
        Path.Combine(settings.DumpsFolder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{operation:N}.dump"));

    public override async Task RunAsync(CancellationToken ct)
    {
        if (!Directory.Exists(settings.DumpsFolder))
        {
            return;
        }

        await using var db = await catalogs.CreateDbContextAsync(ct);
        foreach (var file in Directory.EnumerateFiles(settings.DumpsFolder, $"{Prefix}*").ToList())
        {
            var isOurs = Guid.TryParseExact(Path.GetFileName(file)[Prefix.Length..].Split('.')[0], "N", out var operation);
            if (isOurs && !await db.Operations.AnyAsync(o => o.Id == operation && o.FinishedAt == null, ct))
            {
                File.Delete(file);
            }
        }
    }
}
