namespace TenantRuntime.Tests.World;

/// <summary>A test that needs Debian's PgBouncer, and is skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PgBouncerFactAttribute : FactAttribute
{
    public const string Program = "/usr/sbin/pgbouncer";

    public PgBouncerFactAttribute() => Skip = File.Exists(Program) ? null : $"{Program} is not installed: apt-get install pgbouncer";
}
