namespace Crm.Seeding;

/// <summary>What sample data is made of.</summary>
internal static class SampleWords
{
    public static readonly string[] FirstNames =
    [
        "Amelia", "Jonas", "Priya", "Mateo", "Ingrid", "Kwame", "Sofia", "Tomasz", "Yuki", "Leila", "Henrik", "Camille",
        "Oluwaseun", "Nora", "Diego", "Hannah", "Arjun", "Elif", "Marcus", "Zofia", "Luca", "Freya", "Samir", "Clara",
    ];

    public static readonly string[] LastNames =
    [
        "Lindqvist", "Okafor", "Meyer", "Novak", "Tanaka", "Moreau", "Haddad", "Rossi", "Fischer", "Iyer", "Kowalski", "Andersen",
        "Castillo", "Brandt", "Yilmaz", "Keller", "Santos", "Vermeer", "Petrov", "Byrne", "Larsen", "Weber", "Costa", "Hughes",
    ];

    public static readonly string[] Companies =
    [
        "Northwind Logistics", "Helio Solar", "Brightwater Foods", "Kestrel Robotics", "Atlas Freight", "Juniper Health", "Copperfield & Sons",
        "Lumen Architects", "Tidal Software", "Granite Insurance", "Saffron Kitchens", "Meridian Travel", "Foxglove Media", "Ironbridge Tools",
        "Bluebird Nurseries", "Vertex Labs", "Harbour Coffee", "Silverline Rail", "Orchard Dental", "Pinecrest Hotels",
    ];

    public static readonly string[] Roles =
        ["Head of Operations", "Buyer", "Managing Director", "IT Lead", "Office Manager", "CFO", "Product Manager", "Founder", "Procurement", "Plant Manager"];

    public static readonly string[] Cities =
        ["Hamburg", "Lyon", "Gothenburg", "Porto", "Leeds", "Kraków", "Utrecht", "Vienna", "Bologna", "Valencia", "Aarhus", "Ghent"];

    public static readonly string[] Projects =
    [
        "Annual licence", "Pilot in two branches", "Rollout, phase one", "Support contract", "Fleet renewal", "Training package", "Extra seats",
        "Data migration", "Three-year framework", "Warehouse extension", "Onboarding workshop", "Premium upgrade", "Integration project", "Service retainer",
    ];

    public static readonly string[] Complaints =
    [
        "Invoice shows the old address", "Cannot sign in after the password change", "Export stops at 500 rows", "Two entries for the same order",
        "Question about the notice period", "Delivery note is missing", "Please add a second administrator", "Report differs from last month's",
        "Mobile app logs out every hour", "Wrong VAT number on quote", "How do we archive old projects?", "Reminder was sent twice",
        "Import of the price list fails", "Access for our auditor", "Slow search since Monday", "Change of the billing contact",
    ];
}
