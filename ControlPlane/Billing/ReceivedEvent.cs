using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Api;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace ControlPlane.Billing;

/// <summary>
/// An event that was obeyed or ignored, kept so that it is so once. One that was refused is not kept: its reason may pass, and then
/// it may come again.
/// </summary>
public sealed class ReceivedEvent
{
    public required string Id { get; init; }

    /// <summary>SHA-256 of what the event says.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>A <see cref="BillingAnswer"/> as JSON; null only inside the transaction that obeys the event.</summary>
    public string? Answer { get; set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public static ReceivedEvent Of(ReceiveBillingEvent happened) => new() { Id = happened.Id, Hash = HashOf(happened) };

    /// <summary>Whether a save failed because the same event, sent twice at once, was committed meanwhile.</summary>
    public static bool CameTwice(DbUpdateException error) =>
        error.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "billing_events_pkey" };

    /// <summary>What was answered then.</summary>
    /// <exception cref="ProblemException">422: it was another event.</exception>
    public BillingAnswer AnswerTo(ReceiveBillingEvent happened) => CryptographicOperations.FixedTimeEquals(Hash, HashOf(happened))
        ? JsonSerializer.Deserialize<BillingAnswer>(Answer!, ApiJson.Options)!
        : throw new ProblemException(
            422,
            "event_id_reused",
            $"Another event with the id '{Id}' was received before.",
            "Give each event an id of its own; send an event again as it was. Nothing was done.");

    private static byte[] HashOf(ReceiveBillingEvent happened) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(happened, ApiJson.Options));

    internal sealed class Mapping : IEntityTypeConfiguration<ReceivedEvent>
    {
        public void Configure(EntityTypeBuilder<ReceivedEvent> builder)
        {
            builder.ToTable("billing_events");
            builder.Property(e => e.Answer).HasColumnType("json");
        }
    }
}
