using System.Security.Cryptography;
using System.Text;
using Crm.Data;

namespace Crm.Seeding;

/// <summary>A customer's first contacts, deals and tickets; the same for the same slug, different between slugs.</summary>
internal sealed class SampleData
{
    private readonly string slug;
    private readonly DateTimeOffset now;
    private readonly Random random;

    public SampleData(string slug, DateTimeOffset now)
    {
        this.slug = slug;

        // PostgreSQL keeps microseconds: whole seconds read the same before and after saving.
        this.now = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        random = new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(slug))));
    }

    public void AddTo(CrmDb db)
    {
        db.Workspaces.Add(new Workspace { Name = NameOf(slug) });
        var contacts = Contacts();
        db.Contacts.AddRange(contacts);
        db.Deals.AddRange(Deals(contacts));
        db.Tickets.AddRange(Tickets(contacts));
    }

    private static string NameOf(string slug) =>
        string.Join(' ', slug.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private Contact[] Contacts()
    {
        var first = Shuffled(SampleWords.FirstNames);
        var last = Shuffled(SampleWords.LastNames);
        var companies = Shuffled(SampleWords.Companies);
        return [.. Enumerable.Range(0, random.Next(16, 22)).Select(i => Contact(first[i], last[i], companies[i % 14]))];
    }

    private Contact Contact(string first, string last, string company) => new()
    {
        Name = $"{first} {last}",
        Company = company,
        Role = Pick(SampleWords.Roles),
        Email = $"{first}.{last}@{company.Split(' ')[0]}.example".ToLowerInvariant(),
        Phone = $"+44 20 7946 {random.Next(0, 1000):0000}",
        City = Pick(SampleWords.Cities),
        CreatedAt = now.AddDays(-random.Next(2, 300)).AddMinutes(-random.Next(1, 600)),
    };

    private IEnumerable<Deal> Deals(Contact[] contacts) => Shuffled(SampleWords.Projects).Select((project, i) => new Deal
    {
        Title = project,
        Amount = random.Next(4, 190) * 250m,
        Stage = (DealStage)(i % 5),
        ClosesOn = DateOnly.FromDateTime(now.UtcDateTime).AddDays(i % 5 == (int)DealStage.Won ? -random.Next(1, 20) : random.Next(3, 75)),
        Contact = Pick(contacts),
    });

    private IEnumerable<Ticket> Tickets(Contact[] contacts) => Shuffled(SampleWords.Complaints).Take(random.Next(9, 13)).Select((subject, i) => new Ticket
    {
        Subject = subject,
        Status = (TicketStatus)(i % 3),
        Priority = i % 5 == 0 ? TicketPriority.Urgent : (TicketPriority)random.Next(2),
        OpenedAt = now.AddHours(-random.Next(1, 220)).AddMinutes(-random.Next(60)),
        Contact = Pick(contacts),
    });

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private T[] Shuffled<T>(T[] from)
    {
        T[] copy = [.. from];
        random.Shuffle(copy);
        return copy;
    }
}
