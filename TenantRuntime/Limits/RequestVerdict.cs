namespace TenantRuntime.Limits;

/// <summary>May this request be served?</summary>
/// <param name="Wait">0 when it may, else the time until one may again, in ticks of the clock.</param>
/// <param name="Rest">What is unused of the window, in ticks of the clock.</param>
internal readonly record struct RequestVerdict(long Wait, long Rest, RequestWindow Window)
{
    public bool IsRefused => Wait > 0;
}
