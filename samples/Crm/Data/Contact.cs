namespace Crm.Data;

/// <summary>A person at a company that is or may become a customer.</summary>
public sealed class Contact
{
    public long Id { get; init; }

    public required string Name { get; set; }

    public required string Company { get; set; }

    public string Role { get; set; } = "";

    public required string Email { get; set; }

    public string Phone { get; set; } = "";

    public string City { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }
}
