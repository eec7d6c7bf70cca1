using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Provisioner.Tests.Ansible;

/// <summary>The smallest application that can be released: it tells its name and what it was told.</summary>
internal sealed record TestRelease(string Name, string Archive, string Sha256)
{
    private const string Program =
        """
        #!/usr/bin/python3
        import http.server, os, sys
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(HEALTH if self.path == "/health/ready" else 200)
                self.end_headers()
                self.wfile.write(("NAME " + os.environ["MOTTO"]).encode())
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["ASPNETCORE_URLS"].rsplit(":", 1)[1])), Answer).serve_forever()
        """;

    /// <param name="isWell">Whether it says that it is ready.</param>
    public static async Task<TestRelease> PublishAsync(string folder, string name, bool isWell = true)
    {
        var program = Program.Replace("NAME", name, StringComparison.Ordinal).Replace("HEALTH", isWell ? "200" : "503", StringComparison.Ordinal);
        var path = Path.Combine(folder, $"{name}.tar.gz");
        await using (var file = File.Create(path))
        await using (var zip = new GZipStream(file, CompressionLevel.Fastest))
        await using (var tar = new TarWriter(zip))
        {
            const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "serve") { Mode = Executable, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(program)) },
                CancellationToken.None);
        }

        return new TestRelease(name, path, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, CancellationToken.None))));
    }

    public JsonObject ToVariables() => new() { ["app_release"] = Name, ["app_archive"] = Archive, ["app_archive_sha256"] = Sha256 };
}
