using HetznerSimulator.Hosts;

namespace HetznerSimulator;

/// <summary>How a simulated cloud behaves; every default suits a test that wants no surprise.</summary>
public sealed record SimulatorOptions
{
    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>UDP port on loopback where the zones are served as by their name servers; 0 takes a free one, null serves none.</summary>
    public int? DnsPort { get; init; }

    /// <summary>The bearer token that may read and write.</summary>
    public string Token { get; init; } = "simulated-token";

    /// <summary>The bearer token that may only read; anything else is refused with <c>token_readonly</c>.</summary>
    public string ReadOnlyToken { get; init; } = "simulated-read-only-token";

    /// <summary>Requests that the budget holds; one comes back every second.</summary>
    public int RateLimit { get; init; } = 3600;

    /// <summary>How long an action runs at least. At zero it has ended when the next request arrives, unless hosts still work for it.</summary>
    public TimeSpan ActionTime { get; init; } = TimeSpan.Zero;

    /// <summary>The clock of actions and budget. Nothing waits by it: a test may stop it and move it on.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Checks every request and response against the official document, where it is found (<see cref="Contract.ApiContract.Find"/>): what it does
    /// not allow is answered with 500 and kept in <see cref="Simulator.Violations"/>.
    /// </summary>
    public bool ValidateRequests { get; init; } = true;

    /// <summary>What stands behind the servers.</summary>
    public IHosts Hosts { get; init; } = new RecordsOnly();
}
