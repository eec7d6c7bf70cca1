using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using ControlPlane.Tenants;
using ControlPlane.Tenants.Moving;
using MediatR;

namespace ControlPlane.Billing;

/// <summary>Something happened at the billing system; sends the command that follows from it, in the same transaction.</summary>
/// <param name="Id">The billing system's own name for the event, by which it counts once.</param>
/// <param name="Type"><c>plan.changed</c>, <c>tier.changed</c>, <c>tenant.suspended</c> or <c>tenant.resumed</c>; others are ignored.</param>
/// <param name="Slug">The tenant.</param>
/// <param name="Plan">Of <c>plan.changed</c>.</param>
/// <param name="Tier">Of <c>tier.changed</c>.</param>
/// <param name="Because">Of <c>tenant.suspended</c>: shown to people who look at the tenant.</param>
[Requires(Role.Billing)]
public sealed record ReceiveBillingEvent(string Id, string Type, string? Slug = null, string? Plan = null, Tier? Tier = null, string? Because = null)
    : Command<BillingAnswer>
{
    private const int LongestId = 200;
    private const int LongestType = 100;

    /// <summary>What is known, and which members it cannot do without.</summary>
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["plan.changed"] = ["slug", "plan"],
        ["tier.changed"] = ["slug", "tier"],
        ["tenant.suspended"] = ["slug"],
        ["tenant.resumed"] = ["slug"],
    };

    /// <exception cref="ProblemException">400 with every fault.</exception>
    public static ReceiveBillingEvent Read(ReadOnlySpan<byte> body)
    {
        var faults = new List<Fault>();
        var given = RequestBody.Parse(body, faults);
        if (given["type"] is { } type && !IsKnown(type))
        {
            // What means nothing here may carry members of any form.
            given = new JsonObject(given.Where(m => m.Key is "id" or "type").Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
        }

        return RequestBinder.Bind<ReceiveBillingEvent>(given, faults);
    }

    public override string Subject() => $"billing/events/{Id}";

    public override string? Tenant() => Slug;

    public override IEnumerable<Fault> Faults()
    {
        if (Id.Length is 0 or > LongestId || !Id.All(c => c is > ' ' and <= '~'))
        {
            yield return new("id", $"must be 1 to {LongestId} printable ASCII characters");
        }

        if (Type.Length is 0 or > LongestType)
        {
            yield return new("type", $"must be 1 to {LongestType} characters");
        }

        foreach (var member in Known.GetValueOrDefault(Type, []).Where(m => m switch { "slug" => Slug, "plan" => Plan, _ => (object?)Tier } is null))
        {
            yield return new(member, $"is required for {Type}");
        }
    }

    private static bool IsKnown(JsonNode type)
    {
        try
        {
            return Known.ContainsKey(type.Deserialize<string>(ApiJson.Options)!);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // It is no text, or holds half a surrogate pair, as the binder will say.
            return false;
        }
    }

    internal sealed class Handler(CatalogDb db, IMediator mediator) : IRequestHandler<ReceiveBillingEvent, BillingAnswer>
    {
        public async Task<BillingAnswer> Handle(ReceiveBillingEvent request, CancellationToken cancellationToken)
        {
            // Comes first: the same event on another connection waits here until this transaction ends.
            var received = ReceivedEvent.Of(request);
            db.Add(received);
            await db.SaveChangesAsync(cancellationToken);
            var answer = await ObeyAsync(request, cancellationToken);
            received.Answer = JsonSerializer.Serialize(answer, ApiJson.Options);
            return answer;
        }

        private async Task<BillingAnswer> ObeyAsync(ReceiveBillingEvent happened, CancellationToken ct)
        {
            var slug = happened.Slug!;
            switch (happened.Type)
            {
                case "plan.changed":
                    await mediator.Send(new ChangePlan(slug, happened.Plan!), ct);
                    return new(happened.Id, BillingOutcome.Done, $"{slug} is on plan {happened.Plan}.");
                case "tier.changed":
                    return await ChangeTierAsync(slug, happened, happened.Tier!.Value, ct);
                case "tenant.suspended":
                    await mediator.Send(new SuspendTenant(slug, happened.Because ?? "by billing"), ct);
                    return new(happened.Id, BillingOutcome.Done, $"{slug} is suspended.");
                case "tenant.resumed":
                    await mediator.Send(new ResumeTenant(slug), ct);
                    return new(happened.Id, BillingOutcome.Done, $"{slug} is open again.");
                default:
                    return new(happened.Id, BillingOutcome.Ignored, $"'{happened.Type}' means nothing here; known are {string.Join(", ", Known.Keys)}.");
            }
        }

        private async Task<BillingAnswer> ChangeTierAsync(string slug, ReceiveBillingEvent happened, Tier wanted, CancellationToken ct)
        {
            var name = CatalogConventions.Snake(wanted.ToString());
            try
            {
                var begun = await mediator.Send(new ChangeTier(slug, wanted), ct);
                return new(happened.Id, BillingOutcome.Begun, $"{slug} is on its way to the tier {name}.", begun.Operation, begun.ExpectedSeconds, begun.ExpectedHoldMilliseconds);
            }
            catch (ProblemException e) when (e.Code == ChangeTier.SameTier)
            {
                // Told as a fault, it would be sent again for ever.
                return new(happened.Id, BillingOutcome.Done, $"{slug} is {name} already.");
            }
        }
    }
}
