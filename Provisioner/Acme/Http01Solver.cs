using System.Text;
using Provisioner.Ssh;

namespace Provisioner.Acme;

/// <summary>Proves names by files on the server that they lead to, where its web server shows <see cref="Folder"/> on port 80.</summary>
public sealed class Http01Solver(SshConnection host) : IChallengeSolver
{
    /// <summary>Below the document root of the roles <c>nginx</c> and <c>tls</c>.</summary>
    public const string Folder = "/var/www/acme/.well-known/acme-challenge";

    private const UnixFileMode ForEverybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public string Type => "http-01";

    /// <exception cref="SshUnreachableException">Transient.</exception>
    /// <exception cref="RemoteCommandException">No space, no permission.</exception>
    public async Task PresentAsync(IReadOnlyList<ChallengeProof> proofs, CancellationToken ct)
    {
        (await host.RunAsync(new RemoteCommand("mkdir", "--parents", "--mode=0755", Folder) { AsRoot = true }, ct)).OrThrow($"Could not make {Folder}");
        foreach (var proof in proofs)
        {
            using var content = new MemoryStream(Encoding.ASCII.GetBytes(proof.KeyAuthorization));
            await host.UploadAsync(PathOf(proof), content, ForEverybody, ct);
        }
    }

    public async Task RemoveAsync(ChallengeProof proof, CancellationToken ct) =>
        (await host.RunAsync(new RemoteCommand("rm", "--force", "--", PathOf(proof)) { AsRoot = true }, ct)).OrThrow($"Could not remove {PathOf(proof)}");

    private static string PathOf(ChallengeProof proof) => $"{Folder}/{proof.Token}";
}
