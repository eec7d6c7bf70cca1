using ControlPlane.Operations;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Catalog;

/// <summary>
/// The catalog as EF Core sees it. The schema itself is SQL in <c>Catalog/Migrations</c>; a test compares the two.
/// Names are snake_case, enums are stored as snake_case text.
/// </summary>
public sealed class CatalogDb : DbContext
{
    public CatalogDb(DbContextOptions<CatalogDb> options)
        : base(options) =>
        // Nobody goes on in a transaction in which a save failed.
        Database.AutoSavepointsEnabled = false;

    public DbSet<Plan> Plans => Set<Plan>();

    public DbSet<Server> Servers => Set<Server>();

    public DbSet<Machine> Machines => Set<Machine>();

    public DbSet<GoldenImage> Images => Set<GoldenImage>();

    public DbSet<Release> Releases => Set<Release>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<Tenant> Tenants => Set<Tenant>();

    public DbSet<TenantDatabase> Databases => Set<TenantDatabase>();

    public DbSet<Move> Moves => Set<Move>();

    public DbSet<Domain> Domains => Set<Domain>();

    public DbSet<PublishedRoute> Routes => Set<PublishedRoute>();

    public DbSet<Finding> Findings => Set<Finding>();

    public DbSet<AcmeAccount> AcmeAccounts => Set<AcmeAccount>();

    public DbSet<Certificate> Certificates => Set<Certificate>();

    public DbSet<Operation> Operations => Set<Operation>();

    public DbSet<OperationStep> OperationSteps => Set<OperationStep>();

    public DbSet<OperationLogLine> OperationLog => Set<OperationLogLine>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Plan>().ToTable("plans").HasKey(p => p.Name);
        modelBuilder.Entity<Server>().ToTable("servers");
        modelBuilder.Entity<Machine>(m =>
        {
            m.ToTable("machines");
            m.Property(p => p.PriceMonthly).HasPrecision(12, 4);
            m.Property(p => p.PriceHourly).HasPrecision(12, 4);
        });
        modelBuilder.Entity<GoldenImage>().ToTable("golden_images");
        modelBuilder.Entity<Release>().ToTable("releases");
        modelBuilder.Entity<Template>().ToTable("templates");
        modelBuilder.Entity<Tenant>().ToTable("tenants");
        modelBuilder.Entity<TenantDatabase>().ToTable("tenant_databases");
        modelBuilder.Entity<Move>().ToTable("moves");
        modelBuilder.Entity<Domain>(d =>
        {
            d.ToTable("domains").HasKey(n => n.Name);

            // So that a new tenant is inserted before its domains.
            d.HasOne<Tenant>().WithMany().HasForeignKey(n => n.TenantId);
        });
        modelBuilder.Entity<PublishedRoute>().ToTable("routes").HasKey(r => r.TenantId);
        modelBuilder.Entity<Finding>().ToTable("findings");
        modelBuilder.Entity<AcmeAccount>().ToTable("acme_accounts");
        modelBuilder.Entity<Certificate>().ToTable("certificates");
        modelBuilder.Entity<Operation>(o =>
        {
            o.ToTable("operations");
            o.Property(p => p.Input).HasColumnType("jsonb");
            o.Property(p => p.Memory).HasColumnType("jsonb");
        });
        modelBuilder.Entity<OperationStep>().ToTable("operation_steps").HasKey(s => new { s.OperationId, s.Position });
        modelBuilder.Entity<OperationLogLine>().ToTable("operation_log").HasKey(l => new { l.OperationId, l.Seq });
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(CatalogDb).Assembly);
        CatalogConventions.Apply(modelBuilder);
    }
}
