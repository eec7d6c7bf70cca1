using Microsoft.EntityFrameworkCore;

namespace Crm.Data;

/// <summary>Finds contacts, deals and tickets that hold all of the words.</summary>
internal static class Search
{
    private const int Most = 20;

    public static async Task<IReadOnlyList<SearchHit>> FindAsync(CrmDb db, string? words, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(words))
        {
            return [];
        }

        var pattern = Pattern(words);
        var contacts = await db.Contacts.Where(c => EF.Functions.ILike(c.Name + " " + c.Company + " " + c.Email + " " + c.City, pattern, "\\"))
            .OrderBy(c => c.Name).Take(Most)
            .Select(c => new SearchHit("contact", c.Name, c.Role + " · " + c.Company)).ToListAsync(ct);
        var deals = await db.Deals.Where(d => EF.Functions.ILike(d.Title + " " + d.Contact!.Company, pattern, "\\"))
            .OrderBy(d => d.Title).Take(Most)
            .Select(d => new SearchHit("deal", d.Title, d.Contact!.Company)).ToListAsync(ct);
        var tickets = await db.Tickets.Where(t => EF.Functions.ILike(t.Subject + " " + t.Contact!.Name, pattern, "\\"))
            .OrderByDescending(t => t.OpenedAt).Take(Most)
            .Select(t => new SearchHit("ticket", t.Subject, t.Contact!.Name)).ToListAsync(ct);
        return [.. contacts, .. deals, .. tickets];
    }

    /// <summary>Percent, underscore and backslash are meant literally; words follow each other in any distance.</summary>
    public static string Pattern(string words)
    {
        var escaped = words.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
        return $"%{string.Join('%', escaped.Split(' ', StringSplitOptions.RemoveEmptyEntries))}%";
    }
}
