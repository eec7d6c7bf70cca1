using ControlPlane.Catalog;
using ControlPlane.Operations;
using ControlPlane.Problems;
using Microsoft.EntityFrameworkCore;
using Provisioner;

namespace ControlPlane.Certificates;

/// <summary>
/// Renews what is due and can be proven in our zone; customers' own domains are renewed on their machines. Whatever is due, by whomever it is to be renewed, and ends within
/// 14 days becomes a finding.
/// </summary>
public sealed class RenewDueCertificates(
    IDbContextFactory<CatalogDb> catalogs, CertificateStore certificates, DnsChallenges dns, Findings findings, ILogger<RenewDueCertificates> log) : Chore
{
    public const string Kind = "certificate_ends";

    private static readonly TimeSpan Alarm = TimeSpan.FromDays(14);

    public override string Cron => "0 23 * * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        foreach (var due in (await ReadDueAsync(ct)).Due.Where(c => c.Challenge == ChallengeKind.Dns01))
        {
            try
            {
                await certificates.EnsureAsync(due.Names, dns.Solver(), ct);
            }
            catch (Exception error) when (error is ProvisioningException or ProblemException)
            {
                log.LogInformation("The certificate for {Names} was not renewed: {Reason}", string.Join(", ", due.Names), error.Message);
            }
        }

        var (late, now) = await ReadDueAsync(ct);
        var seen = late.Where(c => c.NotAfter - now < Alarm).ToList();
        foreach (var certificate in seen)
        {
            await findings.ReportAsync(Kind, certificate.Names[0], Describe(certificate, now), Advise(certificate), ct);
        }

        await findings.ResolveOthersAsync(Kind, [.. seen.Select(c => c.Names[0])], ct);
    }

    private static string Describe(Certificate certificate, DateTimeOffset now) =>
        $"The certificate for {string.Join(", ", certificate.Names)} {(certificate.IsValid(now) ? "ends" : "ended")} at {certificate.NotAfter:u}. {(certificate.LastError is { } error ? $"Renewing it failed: {error}" : "It was not renewed.")}";

    private static string Advise(Certificate certificate) =>
        certificate.Challenge == ChallengeKind.Dns01
            ? $"Put right what the message names, then: ctl certificates renew {certificate.Names[0]}"
            : $"Look whether the name still leads to its server and the server can be reached, then: ctl certificates renew {certificate.Names[0]}. If nobody needs the name any more: ctl tenants domains remove SLUG {certificate.Names[0]}";

    private async Task<(List<Certificate> Due, DateTimeOffset Now)> ReadDueAsync(CancellationToken ct)
    {
        await using var db = await catalogs.CreateDbContextAsync(ct);
        var now = await db.NowAsync(ct);
        var issued = await db.Certificates.AsNoTracking().Where(c => c.Revision > 0).ToListAsync(ct);
        return (issued.FindAll(c => c.IsDue(now)), now);
    }
}
