using HetznerSimulator.Control;

namespace HetznerSimulator;

/// <summary>In a namespace, so that tests may refer to this beside other programs.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => SimulatorCommand.Create().Parse(args).InvokeAsync();
}
