using System.Globalization;

namespace Provisioner.Ssh;

/// <summary>What systemd knows of a unit.</summary>
internal sealed record UnitState(string Load, string Active, string Sub, int Code, int Status)
{
    /// <summary>CLD_EXITED: the status is an exit code and no signal.</summary>
    private const int Exited = 1;

    /// <summary>What <c>systemctl show</c> must be asked for.</summary>
    public const string Properties = "LoadState,ActiveState,SubState,ExecMainCode,ExecMainStatus";

    public bool IsLoaded => Load == "loaded";

    public bool HasEnded => Active is "failed" or "inactive" || (Active, Sub) == ("active", "exited");

    /// <summary>A program that could not be started at all leaves no status; 203 is systemd's own word for that.</summary>
    public int ExitCode => Code switch
    {
        Exited => Status,
        0 => Active == "failed" ? 203 : 0,
        _ => 128 + Status,
    };

    public static UnitState Parse(IEnumerable<string> lines)
    {
        var values = lines.Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new UnitState(values["LoadState"], values["ActiveState"], values["SubState"], Number("ExecMainCode"), Number("ExecMainStatus"));

        int Number(string name) => int.Parse(values[name], CultureInfo.InvariantCulture);
    }
}
