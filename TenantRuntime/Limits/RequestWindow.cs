namespace TenantRuntime.Limits;

/// <summary>Which limit a verdict is about.</summary>
internal enum RequestWindow
{
    None,
    Second,
    Hour,
}
