namespace TenantRuntime.Health;

/// <summary>The newest migration a context of this application knows; one implementation per context type.</summary>
internal interface ISchemaVersion
{
    string? Head { get; }
}
