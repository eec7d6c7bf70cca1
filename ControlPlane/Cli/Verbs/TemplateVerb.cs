using ControlPlane.Cli.Operations;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl migrations template</c></summary>
internal static class TemplateVerb
{
    public static Verb Create(CliConsole console) =>
        new Verb(
            "template",
            "Builds each server's template of the newest schema, as apply does first of all, and shows their fingerprints. Touches no customer: a migration that does not even build a template is found out here.",
            "ctl migrations template")
            .With(OperationEnd.Timeout)
            .Does(console, async (call, ct) =>
            {
                var operation = (await call.Api.PostAsync("/v1/migrations/template", null, ct)).TextOf("operation");
                var shown = await call.Follower.FollowAsync(operation, call.Get(OperationEnd.Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, ct);
                var code = OperationEnd.Conclude(call.Report, shown, "Every server has its template", "done");
                if (code == ExitCode.Done)
                {
                    call.Report.List(
                        await call.Api.ListAsync("/v1/templates", 100, ct),
                        ["server", "schema", "fingerprint", "", "databases that have it"],
                        t => [t.TextOf("server"), t.TextOf("schemaVersion"), t.TextOf("fingerprint")[..16], t.GetProperty("isNewest").GetBoolean() ? "newest" : "", t.TextOf("databases")],
                        "There is no server yet.");
                }

                return code;
            });
}
