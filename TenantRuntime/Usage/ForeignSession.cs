namespace TenantRuntime.Usage;

/// <summary>Requests that were refused since their session belongs to another tenant than their host, counted over a part of one hour.</summary>
/// <param name="TenantId">Whose host it was.</param>
/// <param name="Claimed">Whose session it was; null where it names none, or several.</param>
/// <param name="Hour">The hour's start, in UTC.</param>
/// <param name="Host">Of the first of them, as are user and address.</param>
public sealed record ForeignSession(Guid TenantId, Guid? Claimed, DateTimeOffset Hour, long Requests, string? Host, string? User, string? Address)
{
    /// <summary>No batch holds more of them.</summary>
    public const int MostPerBatch = 1000;
}
