using System.CommandLine;
using System.Text.Json.Nodes;

namespace ControlPlane.Cli.Verbs;

/// <summary><c>ctl releases …</c></summary>
internal static class ReleaseVerbs
{
    public static Command Create(CliConsole console) => new("releases", "Versions of the application that customers use.")
    {
        Publish(console), List(console),
    };

    private static Verb Publish(CliConsole console)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "The published application: dotnet publish --self-contained -r linux-x64 -o DIR" };
        var name = Shared.Text("--name", "The release's name; by default the folder's.", "NAME");
        var program = Shared.Text("--program", "What in the folder is started; by default the only program there.", "FILE");
        return new Verb(
            "publish",
            "Packs a folder and keeps it as the newest release: servers made from now on get it.",
            "ctl releases publish ./out/crm --name 1.4.0 --program Crm")
            .With(folder, name, program)
            .Does(console, async (call, ct) =>
            {
                var from = call.Parsed.GetValue(folder)!;
                var started = call.Get(program) ?? ReleaseArchive.FindProgram(from);
                using var archive = await ReleaseArchive.PackAsync(from, ct);
                call.Report.Say($"Packed {archive.Bytes / 1_000_000} MB, sha256 {archive.Sha256}.");
                await call.Api.UploadAsync($"/v1/releases/archives/{archive.Sha256}", archive.Path, ct);
                var release = await call.Api.PostAsync(
                    "/v1/releases", new JsonObject { ["name"] = call.Get(name) ?? from.Name, ["sha256"] = archive.Sha256, ["program"] = started }, ct);
                if (call.Report.IsJson)
                {
                    call.Report.Json(release);
                }

                call.Report.Say(call.Report.Style.Good($"Release {release.TextOf("name")} is published; it starts {started}."));
                return ExitCode.Done;
            });
    }

    private static Verb List(CliConsole console) =>
        new Verb("list", "Lists releases, the newest first.", "ctl releases list")
            .With(Shared.Limit)
            .Does(console, async (call, ct) =>
            {
                call.Report.List(
                    await call.Api.ListAsync("/v1/releases", call.Get(Shared.Limit), ct),
                    ["name", "program", "MB", "sha256", "by", "published"],
                    r => [r.TextOf("name"), r.TextOf("program"), $"{r.GetProperty("bytes").GetInt64() / 1_000_000}", r.TextOf("sha256")[..12], r.TextOf("publishedBy"), Words.Ago(r.TimeOf("createdAt"), TimeProvider.System.GetUtcNow())],
                    "No releases. Publish one with: ctl releases publish DIR");
                return ExitCode.Done;
            });
}
