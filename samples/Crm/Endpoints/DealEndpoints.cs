using Crm.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Crm.Endpoints;

internal static class DealEndpoints
{
    public static void MapDeals(this WebApplication app)
    {
        app.MapGet("/api/deals", (CrmDb db, CancellationToken ct) => db.Deals
            .OrderBy(d => d.Id)
            .Select(d => new { d.Id, d.Title, d.Amount, Stage = d.Stage.ToString(), d.ClosesOn, Contact = d.Contact!.Name, d.Contact.Company })
            .ToListAsync(ct));
        app.MapPost("/deals/{id:long}/stage", async (long id, [FromForm] DealStage stage, CrmDb db, CancellationToken ct) =>
            await db.Deals.Where(d => d.Id == id).ExecuteUpdateAsync(set => set.SetProperty(d => d.Stage, stage), ct) == 0
                ? Results.NotFound()
                : Results.LocalRedirect("/deals"));
    }
}
