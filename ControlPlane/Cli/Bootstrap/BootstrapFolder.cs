using ControlPlane.Access.Secrets;
using Provisioner.Postgres;
using Provisioner.Ssh;

namespace ControlPlane.Cli.Bootstrap;

/// <summary>
/// What is kept of a control plane's server on the machine that set it up: the key to log in, the pinned host key, the catalog's
/// password, and later the first admin's key. Only its owner can read it; a second run goes on with it.
/// </summary>
internal sealed class BootstrapFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string AdminKeyFile => PathOf("admin.key");

    public string CertificateFile => PathOf("control.crt");

    /// <summary>Its own host keys, once they were said; empty before.</summary>
    public IReadOnlyList<string> HostKeys => Read("host.keys") is { } text ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>Where it is by default.</summary>
    public static string DefaultOf(string domain) =>
        System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "controlplane", domain);

    public void Create()
    {
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Pin(string hostKey) => Write("host.keys", hostKey.Trim() + "\n");

    public void Keep(string file, string text) => OwnerOnlyFile.Create(file, text.Trim() + "\n");

    /// <summary>The key to log in with; made at the first run.</summary>
    public async Task<SshKeyPair> LoginKeyAsync(CancellationToken ct)
    {
        if (Read("login.key") is { } known)
        {
            return SshKeyPair.From(Read("login.key.pub")!, known);
        }

        var made = await SshKeyPair.GenerateAsync(ct);
        // The private half last: it tells that both are there.
        Write("login.key.pub", made.PublicKey + "\n");
        Write("login.key", made.RevealPrivateKey());
        return made;
    }

    /// <summary>Password of the catalog's login, and the salt of what PostgreSQL stores of it; made at the first run.</summary>
    public (LoginPassword Password, Guid Salt) CatalogLogin()
    {
        if (Read("catalog.password") is not { } kept)
        {
            kept = $"{LoginPassword.Generate().Reveal()} {Guid.CreateVersion7()}";
            Write("catalog.password", kept + "\n");
        }

        var parts = kept.Split(' ', StringSplitOptions.TrimEntries);
        return (LoginPassword.From(parts[0]), Guid.Parse(parts[1]));
    }

    private string? Read(string file) => File.Exists(PathOf(file)) ? File.ReadAllText(PathOf(file)) : null;

    private void Write(string file, string text) => OwnerOnlyFile.Create(PathOf(file), text);

    private string PathOf(string file) => System.IO.Path.Combine(Path, file);
}
