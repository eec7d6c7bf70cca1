using System.Collections;
using Provisioner.Processes;

namespace ControlPlane.Cli.Bootstrap;

/// <summary>The control plane as it runs on a server: published with its runtime, with its playbooks and the application's migrations beside it.</summary>
internal static class ControlPlaneProgram
{
    private const string Migrations = "migrations";

    /// <summary>Fills a folder; returns the path of the migrations within it.</summary>
    /// <param name="program">A published control plane; null publishes this one from its sources.</param>
    /// <param name="migrations">A folder of SQL files, or an assembly with EF Core migrations.</param>
    public static async Task<string> GatherAsync(DirectoryInfo? program, string migrations, DirectoryInfo into, Action<string> say, CancellationToken ct)
    {
        if (program is null)
        {
            say("Publishing the control plane for linux-x64…");
            var project = FindSources() ?? throw new CliException("The sources of the control plane are not here.", "Publish it where they are, with: dotnet publish ControlPlane -c Release -r linux-x64 --self-contained -o DIR; then name it with --program DIR", ExitCode.Usage);
            var published = await new Command("dotnet", "publish", project, "-c", "Release", "-r", "linux-x64", "--self-contained", "--nologo", "-v", "quiet", "-o", into.FullName)
            {
                // As if typed: proxies, package folders and the like are the developer's.
                Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!, StringComparer.Ordinal),
            }.RunAsync(ct);
            if (!published.Succeeded)
            {
                throw new CliException($"The control plane could not be published: {published.Output.Trim()}", "Mend what it names, or name a published one with: --program DIR");
            }
        }
        else
        {
            Copy(program, into);
        }

        if (!File.Exists(Path.Combine(into.FullName, "ControlPlane")))
        {
            throw new CliException($"{program} has no program ControlPlane for Linux.", "Publish it with: dotnet publish ControlPlane -c Release -r linux-x64 --self-contained -o DIR", ExitCode.Usage);
        }

        var target = into.CreateSubdirectory(Migrations);
        if (Directory.Exists(migrations))
        {
            Copy(new DirectoryInfo(migrations), target);
            return Migrations;
        }

        // An assembly is read with those beside it; folders below are other builds.
        Copy(new FileInfo(migrations).Directory!, target, SearchOption.TopDirectoryOnly);
        return Path.Combine(Migrations, Path.GetFileName(migrations));
    }

    private static void Copy(DirectoryInfo from, DirectoryInfo to, SearchOption depth = SearchOption.AllDirectories)
    {
        foreach (var file in from.EnumerateFiles("*", depth))
        {
            var target = Path.Combine(to.FullName, Path.GetRelativePath(from.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target, overwrite: true);
        }
    }

    private static string? FindSources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var project = Path.Combine(folder.FullName, "ControlPlane.csproj");
            if (File.Exists(project))
            {
                return project;
            }
        }

        return null;
    }
}
