using Provisioner.Hetzner;
using Provisioner.Tests.Http;

namespace Provisioner.Tests.Hetzner;

/// <summary>A client whose server answers as the test says, on a clock that does not wait.</summary>
internal sealed class Scripted : IAsyncDisposable
{
    public const string Token = "s3cret-canary-token";

    public static readonly HetznerOptions Options = new() { Token = Token, Endpoint = new Uri("http://127.0.0.1:1/v1") };

    public Scripted(Script script, HetznerOptions? options = null)
    {
        Script = script;
        Client = new HetznerClient(options ?? Options, new Wire(Clock, script), Clock);
    }

    public VirtualClock Clock { get; } = new();

    public Script Script { get; }

    public HetznerClient Client { get; }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Clock.DisposeAsync();
    }
}
