using ControlPlane.Access;
using ControlPlane.Access.Auditing;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Billing;

/// <summary>
/// Where the events of a billing system come in. Their signature stands in for an API key: who has none of the secrets gets no
/// further than it, and what is refused is in the audit trail too.
/// </summary>
public sealed class BillingWebhook(
    BillingSettings settings, CatalogDb db, IMediator mediator, AuditTrail trail, Caller caller, Floods floods, TimeProvider time) : IEndpoint
{
    private const string Address = "/webhooks/billing";
    private const int MostBytes = 64 << 10;

    private static readonly AuditNote Unread = new(nameof(ReceiveBillingEvent), Address[1..], null, AuditOutcome.Refused, "{}");

    private static readonly Caller.Identity Billing = new(null, "billing webhook", Role.Billing, null);

    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapPost(Address, (HttpContext http, BillingWebhook webhook, [FromHeader(Name = BillingSignature.Header)] string? signature) => webhook.ReceiveAsync(http, signature))
            .AllowAnonymous()
            .WithName(nameof(ReceiveBillingEvent))
            .WithDescription("Takes an event of the billing system, signed with HMAC-SHA256 over 'timestamp.body'. The same event, sent again, gets the first answer.")
            .Accepts<ReceiveBillingEvent>("application/json")
            .Produces<BillingAnswer>(StatusCodes.Status200OK)
            .Produces<BillingAnswer>(StatusCodes.Status202Accepted);

    private async Task<IResult> ReceiveAsync(HttpContext http, string? signature)
    {
        caller.Become(Billing);
        var body = await ReadSignedAsync(http, signature);
        var answer = await AnswerAsync(body, http.RequestAborted);
        if (answer.Location is { } location)
        {
            http.Response.Headers.Location = location;
        }

        return Results.Json(answer, ApiJson.Options, statusCode: answer.Operation is null ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private async Task<ReadOnlyMemory<byte>> ReadSignedAsync(HttpContext http, string? signature)
    {
        try
        {
            if (settings.Secrets.Count == 0)
            {
                throw new ProblemException(
                    503,
                    "billing_not_configured",
                    "This control plane takes no billing events: it knows no secret to check them with.",
                    "Set Billing__Secrets or Billing__SecretsFile, start it anew, and send the event again.");
            }

            var body = await RequestBody.ReadBytesAsync(http, MostBytes);

            // By this process's clock: the catalog's would cost whoever knocks here a question to it. A wrong clock makes no event count
            // twice, since ids are remembered far longer.
            BillingSignature.Demand(signature, body.Span, settings.Secrets, time.GetUtcNow());
            return body;
        }
        catch (ProblemException problem)
        {
            // Else anybody could fill the audit trail.
            floods.RefuseAfterFailures(http);
            floods.CountFailure(http);
            await trail.AppendAloneAsync((Unread with { Outcome = AuditOutcome.Denied }).Because(problem.Code), caller, http.RequestAborted);
            throw;
        }
    }

    private async Task<BillingAnswer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var happened = await RefusableAsync(() => ReceiveBillingEvent.Read(body.Span), Unread, ct);
        if (await FirstAnswerAsync(happened, ct) is { } first)
        {
            return first;
        }

        try
        {
            return await mediator.Send(happened, ct);
        }
        catch (DbUpdateException error) when (ReceivedEvent.CameTwice(error))
        {
            return (await FirstAnswerAsync(happened, ct))!;
        }
    }

    private async Task<BillingAnswer?> FirstAnswerAsync(ReceiveBillingEvent happened, CancellationToken ct)
    {
        var received = await db.Set<ReceivedEvent>().AsNoTracking().SingleOrDefaultAsync(e => e.Id == happened.Id, ct);
        return received is null
            ? null
            : await RefusableAsync(() => received.AnswerTo(happened), AuditNote.Of(happened, happened.Subject(), happened.Tenant(), AuditOutcome.Refused), ct);
    }

    /// <summary>Of what is refused before the pipeline, which notes refusals itself.</summary>
    private async Task<T> RefusableAsync<T>(Func<T> act, AuditNote note, CancellationToken ct)
    {
        try
        {
            return act();
        }
        catch (ProblemException problem)
        {
            await trail.AppendAloneAsync(note.Because(problem.Code), caller, ct);
            throw;
        }
    }
}
