namespace Crm.Endpoints;

/// <summary>What is asked for when a contact is added.</summary>
internal sealed record NewContact(string Name, string Company, string Email)
{
    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Name))
        {
            faults["name"] = ["Give the contact a name."];
        }

        if (string.IsNullOrWhiteSpace(Company))
        {
            faults["company"] = ["Say which company the contact works for."];
        }

        if (string.IsNullOrWhiteSpace(Email) || !Email.Contains('@', StringComparison.Ordinal))
        {
            faults["email"] = ["Give an e-mail address, such as name@company.example."];
        }

        return faults;
    }
}
