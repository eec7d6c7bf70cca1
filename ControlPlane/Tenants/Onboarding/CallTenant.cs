using System.Net;
using System.Net.Sockets;
using ControlPlane.Operations;
using ControlPlane.Servers.Provisioning;
using ControlPlane.Start;

namespace ControlPlane.Tenants.Onboarding;

/// <summary>Calls the tenant's host name at its own machine, as its people will, until it answers.</summary>
public sealed class CallTenant(ControlPlaneSettings settings) : Step
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public override TimeSpan Deadline => TimeSpan.FromMinutes(3);

    public override async Task<StepResult> RunAsync(StepContext step, CancellationToken ct)
    {
        if (!settings.Machines.UsesCloud)
        {
            return StepResult.Done;
        }

        var machine = await MachineOf.LoadAsync(step, ct);
        using var client = new HttpClient(Handler(IPAddress.Parse(machine.Address!))) { Timeout = CallLimit };
        var url = new Uri($"https://{settings.TenantHostOf(step.Subject)}/");
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var said = await CallAsync(client, url, ct);
            if (said is null)
            {
                step.Log($"{url} answers.");
                return StepResult.Done;
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                return StepResult.WaitFor(TimeSpan.FromSeconds(5), $"{url} does not answer yet: {said}");
            }

            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>Null when all is well, else what is not.</summary>
    private static async Task<string?> CallAsync(HttpClient client, Uri url, CancellationToken ct)
    {
        try
        {
            using var answer = await client.GetAsync(url, ct);
            return answer.StatusCode == HttpStatusCode.OK ? null : $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return e.Message;
        }
    }

    /// <summary>Others may remember for a while where the name led before, so the address is given; whether the certificate is trusted is not asked here.</summary>
    private static SocketsHttpHandler Handler(IPAddress address) => new()
    {
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
