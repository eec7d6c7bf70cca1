using System.CommandLine;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl secrets …</c></summary>
internal static class SecretVerbs
{
    public static Command Create(CliConsole console) => new("secrets", "The encryption of what the catalog keeps secret.")
    {
        Rotate(console),
    };

    private static Verb Rotate(CliConsole console) =>
        new Verb("rotate", "Encrypts every secret of the catalog again with the newest key, while everything goes on.", "ctl secrets rotate")
            .Does(console, async (call, ct) =>
            {
                var rotated = await call.Api.PostAsync("/v1/secrets/rotate", null, ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(rotated);
                }

                call.Report.Say(call.Report.Style.Good($"{rotated.TextOf("renewed")} secrets are encrypted with key {rotated.TextOf("key")} now.") + " Keep the older keys: the audit trail was sealed with them.");
                return ExitCode.Done;
            });
}
