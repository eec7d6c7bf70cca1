using ControlPlane.Access;
using ControlPlane.Access.Pipeline;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Tests.Api;

/// <summary>A command that tests can bend: it edits a plan's title and then ends as it is told.</summary>
[Requires(Role.Operator)]
public sealed record Probe(string Slug, string Title, [property: Secret] string? Password = null, Probe.End Ends = Probe.End.Well, int Number = 0)
    : Command<Probe.Told>
{
    public enum End
    {
        Well,
        Refused,
        Broken,
    }

    public override string Subject() => $"tenants/{Slug}";

    public override string? Tenant() => Slug;

    public override IEnumerable<Fault> Faults()
    {
        if (Title.Length > 20)
        {
            yield return new("title", "must be at most 20 characters");
        }

        if (Number < 0)
        {
            yield return new("number", "must not be negative");
        }
    }

    public sealed record Told(string Slug, int Handled);

    public sealed class Handler(CatalogDb db, AfterCommit after, ProbeCounts counts) : IRequestHandler<Probe, Told>
    {
        public async Task<Told> Handle(Probe request, CancellationToken cancellationToken)
        {
            var handled = counts.Handle();
            after.Add(counts.Follow);
            var plan = await db.Plans.SingleAsync(p => p.Name == "free", cancellationToken);
            plan.Title = request.Title;
            await db.SaveChangesAsync(cancellationToken);
            return request.Ends switch
            {
                End.Refused => throw new ProblemException(409, "probe_refused", "The probe was refused.", "Bend it."),
                End.Broken => throw new InvalidOperationException("The probe is broken."),
                _ => new(request.Slug, handled),
            };
        }
    }
}
