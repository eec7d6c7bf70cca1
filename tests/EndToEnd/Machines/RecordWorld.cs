using System.Net;
using HetznerSimulator;
using HetznerSimulator.Hosts;

namespace EndToEnd.Machines;

/// <summary>As <see cref="CloudWorld"/>, with servers that are records only: they are ordered, and never answer.</summary>
public sealed class RecordWorld : CloudWorld
{
    public override Task InitializeAsync() => StartAsync(new SimulatorOptions { Hosts = new RecordsOnly(onLoopback: true) }, IPAddress.Loopback);
}
