using Microsoft.EntityFrameworkCore;

namespace TenantRuntime.Health;

/// <summary>The last migration in the assembly of <typeparamref name="T"/>, as EF Core orders them.</summary>
internal sealed class SchemaVersion<T>(IDbContextFactory<T> factory) : ISchemaVersion
    where T : DbContext
{
    private readonly Lazy<string?> head = new(() =>
    {
        using var context = factory.CreateDbContext();
        return context.Database.GetMigrations().LastOrDefault();
    });

    public string? Head => head.Value;
}
