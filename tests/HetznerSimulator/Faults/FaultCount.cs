namespace HetznerSimulator.Faults;

/// <summary>How often a fault's calls came, and how many of them went wrong.</summary>
public sealed record FaultCount(Fault Fault, int Matched, int Fired);
