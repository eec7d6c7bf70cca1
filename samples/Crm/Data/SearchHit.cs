namespace Crm.Data;

/// <summary>One thing found; <paramref name="Kind"/> is contact, deal or ticket.</summary>
internal sealed record SearchHit(string Kind, string Title, string Detail);
