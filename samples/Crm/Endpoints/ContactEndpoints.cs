using Crm.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Crm.Endpoints;

internal static class ContactEndpoints
{
    public static void MapContacts(this WebApplication app)
    {
        app.MapGet("/api/contacts", (CrmDb db, CancellationToken ct) => db.Contacts.OrderBy(c => c.Name).ToListAsync(ct));
        app.MapPost("/api/contacts", async ([FromBody] NewContact contact, CrmDb db, CancellationToken ct) =>
            contact.Faults() is { Count: > 0 } faults
                ? Results.ValidationProblem(faults)
                : Results.Created("/api/contacts", await AddAsync(contact, db, ct)));
        app.MapPost("/contacts", async ([FromForm] NewContact contact, CrmDb db, CancellationToken ct) =>
        {
            if (contact.Faults() is { Count: > 0 } faults)
            {
                return Results.ValidationProblem(faults);
            }

            await AddAsync(contact, db, ct);
            return Results.LocalRedirect("/contacts");
        });
    }

    private static async Task<Contact> AddAsync(NewContact from, CrmDb db, CancellationToken ct)
    {
        var contact = new Contact { Name = from.Name.Trim(), Company = from.Company.Trim(), Email = from.Email.Trim() };
        db.Contacts.Add(contact);
        await db.SaveChangesAsync(ct);
        return contact;
    }
}
