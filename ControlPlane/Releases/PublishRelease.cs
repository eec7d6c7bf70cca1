using System.Text.RegularExpressions;
using ControlPlane.Access;
using ControlPlane.Api;
using ControlPlane.Catalog;
using ControlPlane.Problems;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Releases;

/// <summary>Names an archive that was uploaded as the newest release: servers made from now on get it.</summary>
/// <param name="Sha256">Of the archive.</param>
/// <param name="Program">What in it is started.</param>
[Requires(Role.Operator)]
public sealed partial record PublishRelease(string Name, string Sha256, string Program) : Command<ReleaseView>, IEndpoint
{
    public static void Map(IEndpointRouteBuilder v1) =>
        v1.MapCommand<PublishRelease, ReleaseView>(HttpMethod.Post, "/releases", release => $"/v1/releases/{release.Name}");

    public override string Subject() => $"releases/{Name}";

    public override IEnumerable<Fault> Faults()
    {
        if (!NameForm().IsMatch(Name))
        {
            yield return new("name", "must be 1 to 81 letters, digits, dots, dashes and underscores, a letter or digit first");
        }

        if (!Hash().IsMatch(Sha256))
        {
            yield return new("sha256", "must be 64 lower-case hexadecimal digits");
        }

        if (!ProgramForm().IsMatch(Program))
        {
            yield return new("program", "must be the file name of a program in the archive's first folder");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,80}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();

    [GeneratedRegex("^[0-9a-f]{64}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    internal static partial Regex Hash();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,80}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ProgramForm();

    internal sealed class Handler(CatalogDb db, Caller caller) : IRequestHandler<PublishRelease, ReleaseView>
    {
        public async Task<ReleaseView> Handle(PublishRelease request, CancellationToken cancellationToken)
        {
            if (await db.Releases.AnyAsync(r => r.Name == request.Name, cancellationToken))
            {
                throw Problem.Taken("release", request.Name);
            }

            var sizes = await db.Database.SqlQuery<long>($"select bytes as \"Value\" from release_archives where sha256 = {request.Sha256} for share").ToListAsync(cancellationToken);
            if (sizes.Count == 0)
            {
                throw new ProblemException(409, "archive_missing", $"No archive with sha256 {request.Sha256} was uploaded.", $"Upload it first: PUT /v1/releases/archives/{request.Sha256}, or use: ctl releases publish DIR");
            }

            var release = new Release { Name = request.Name, Sha256 = request.Sha256, Program = request.Program, PublishedBy = caller.Name };
            db.Releases.Add(release);
            await db.SaveChangesAsync(cancellationToken);
            return new(release.Name, release.Sha256, sizes[0], release.Program, release.PublishedBy, release.CreatedAt);
        }
    }
}
