using System.CommandLine;
using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl certificates …</c></summary>
internal static class CertificateVerbs
{
    private const int All = 10_000;

    private static readonly Argument<string> Name = new("name") { Description = "A name that the certificate is for, such as *.example.com, or its id." };

    public static Command Create(CliConsole console) => new("certificates", "Certificates that the control plane obtains and renews.") { List(console), Renew(console) };

    private static Verb List(CliConsole console) =>
        new Verb("list", "Lists certificates, when they end and what went wrong.", "ctl certificates list")
            .With(Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                var now = TimeProvider.System.GetUtcNow();
                call.Report.List(
                    await call.Api.ListAsync("/v1/certificates", call.Get(Shared.Limit), ct),
                    ["names", "proven by", "revision", "ends", "renewed", "last error"],
                    c => [c.TextOf("names"), c.TextOf("challenge"), c.TextOf("revision"), c.Has("notAfter") ? Words.Ago(c.TimeOf("notAfter"), now) : "", c.Has("dueAt") ? Words.Ago(c.TimeOf("dueAt"), now) : "", call.Report.Style.Bad(c.TextOf("lastError"))],
                    "No certificates. They are obtained when something needs them.");
                return ExitCode.Done;
            });

    private static Verb Renew(CliConsole console) =>
        new Verb("renew", "Obtains a new certificate now, though the old one may not be due. The old one stays in use until the new one is there.", "ctl certificates renew '*.example.com' --wait")
            .With(Name, OperationEnd.Wait, OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var name = call.Parsed.GetValue(Name)!;
                var (certificates, _) = await call.Api.ListAsync("/v1/certificates", All, ct);
                var found = certificates.Where(c => c.TextOf("id") == name || c.GetProperty("names").EnumerateArray().Any(n => n.GetString() == name)).ToList();
                if (found.Count != 1)
                {
                    throw new CliException(found.Count == 0 ? $"No certificate is for '{name}'." : $"{found.Count} certificates are for '{name}'.", "Take the id of the one you mean: ctl certificates list --json");
                }

                var accepted = await call.Api.PostAsync($"/v1/certificates/{found[0].TextOf("id")}/renew", null, ct);
                return await OperationEnd.OfAsync(call, accepted, $"A new certificate for {found[0].TextOf("names")} is there", ct);
            });
}
