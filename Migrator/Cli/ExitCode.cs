using Migrator.Fleet;

namespace Migrator.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Pending = 3;
    public const int Drifted = 4;

    public static int Of(FleetReport report) => report switch
    {
        _ when report.Count(TargetState.Failed) > 0 => Failed,
        _ when report.Count(TargetState.Drifted) > 0 => Drifted,
        _ when report.Stopped is not null => Pending,
        _ when report.Count(TargetState.Pending) + report.Count(TargetState.Locked) + report.Count(TargetState.Unreachable) > 0 => Pending,
        _ => Done,
    };

    public static int Of(MigrationException error) => error.IsTransient ? Pending : Failed;
}
