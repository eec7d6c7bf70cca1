using Microsoft.EntityFrameworkCore;

namespace Crm.Data;

/// <summary>One customer's contacts, deals and tickets.</summary>
public sealed class CrmDb(DbContextOptions<CrmDb> options) : DbContext(options)
{
    public DbSet<Workspace> Workspaces => Set<Workspace>();

    public DbSet<Contact> Contacts => Set<Contact>();

    public DbSet<Deal> Deals => Set<Deal>();

    public DbSet<Ticket> Tickets => Set<Ticket>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Workspace>(workspace =>
        {
            workspace.ToTable("workspace", table => table.HasCheckConstraint("workspace_one_row", "id = 1"));
            workspace.Property(w => w.Id).HasColumnName("id").ValueGeneratedNever();
            workspace.Property(w => w.Name).HasColumnName("name");
            workspace.Property(w => w.CreatedAt).HasColumnName("created_at").HasDefaultValueSql("now()");
        });
        modelBuilder.Entity<Contact>(contact =>
        {
            contact.ToTable("contacts");
            contact.Property(c => c.Id).HasColumnName("id");
            contact.Property(c => c.Name).HasColumnName("name");
            contact.Property(c => c.Company).HasColumnName("company");
            contact.Property(c => c.Role).HasColumnName("role");
            contact.Property(c => c.Email).HasColumnName("email");
            contact.Property(c => c.Phone).HasColumnName("phone");
            contact.Property(c => c.City).HasColumnName("city");
            contact.Property(c => c.CreatedAt).HasColumnName("created_at").HasDefaultValueSql("now()");
            contact.HasIndex(c => c.Name).HasDatabaseName("contacts_name");
        });
        modelBuilder.Entity<Deal>(deal =>
        {
            deal.ToTable("deals");
            deal.Property(d => d.Id).HasColumnName("id");
            deal.Property(d => d.Title).HasColumnName("title");
            deal.Property(d => d.Amount).HasColumnName("amount").HasColumnType("numeric(12,2)");
            deal.Property(d => d.Stage).HasColumnName("stage").HasConversion<string>();
            deal.Property(d => d.ClosesOn).HasColumnName("closes_on");
            deal.Property(d => d.ContactId).HasColumnName("contact_id");
            deal.HasOne(d => d.Contact).WithMany().HasForeignKey(d => d.ContactId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("deals_contact_id_fkey");
            deal.HasIndex(d => d.ContactId).HasDatabaseName("deals_contact_id");
            deal.HasIndex(d => d.Stage).HasDatabaseName("deals_stage");
        });
        modelBuilder.Entity<Ticket>(ticket =>
        {
            ticket.ToTable("tickets");
            ticket.Property(t => t.Id).HasColumnName("id");
            ticket.Property(t => t.Subject).HasColumnName("subject");
            ticket.Property(t => t.Status).HasColumnName("status").HasConversion<string>();
            ticket.Property(t => t.Priority).HasColumnName("priority").HasConversion<string>();
            ticket.Property(t => t.OpenedAt).HasColumnName("opened_at").HasDefaultValueSql("now()");
            ticket.Property(t => t.ContactId).HasColumnName("contact_id");
            ticket.HasOne(t => t.Contact).WithMany().HasForeignKey(t => t.ContactId).OnDelete(DeleteBehavior.Cascade).HasConstraintName("tickets_contact_id_fkey");
            ticket.HasIndex(t => t.ContactId).HasDatabaseName("tickets_contact_id");
            ticket.HasIndex(t => t.Status).HasDatabaseName("tickets_status");
        });
    }
}
