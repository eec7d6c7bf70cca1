using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Catalog;

/// <summary>The one clock that counts where order matters.</summary>
public static class CatalogClock
{
    /// <summary>The transaction's time, by the catalog's clock.</summary>
    public static Task<DateTimeOffset> NowAsync(this CatalogDb db, CancellationToken ct) =>
        db.Database.SqlQuery<DateTimeOffset>($"select now() as \"Value\"").SingleAsync(ct);
}
