using Crm.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Crm.Endpoints;

internal static class TicketEndpoints
{
    public static void MapTickets(this WebApplication app)
    {
        app.MapGet("/api/tickets", (CrmDb db, CancellationToken ct) => db.Tickets
            .OrderByDescending(t => t.OpenedAt)
            .Select(t => new { t.Id, t.Subject, Status = t.Status.ToString(), Priority = t.Priority.ToString(), t.OpenedAt, Contact = t.Contact!.Name, t.Contact.Company })
            .ToListAsync(ct));
        app.MapPost("/tickets/{id:long}/status", async (long id, [FromForm] TicketStatus status, CrmDb db, CancellationToken ct) =>
            await db.Tickets.Where(t => t.Id == id).ExecuteUpdateAsync(set => set.SetProperty(t => t.Status, status), ct) == 0
                ? Results.NotFound()
                : Results.LocalRedirect("/tickets"));
    }
}
