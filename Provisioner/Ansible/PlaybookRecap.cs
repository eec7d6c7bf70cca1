using System.Globalization;
using System.Text.RegularExpressions;

namespace Provisioner.Ansible;

/// <summary>How many tasks of a playbook ended how on one server.</summary>
public sealed partial record PlaybookRecap(int Ok, int Changed, int Unreachable, int Failed)
{
    /// <summary>Reads the closing line of a server; null for any other line.</summary>
    internal static PlaybookRecap? Read(string line, string host) =>
        Closing().Match(line) is { Success: true } match && match.Groups["host"].Value == host
            ? new(Number(match, "ok"), Number(match, "changed"), Number(match, "unreachable"), Number(match, "failed"))
            : null;

    private static int Number(Match match, string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<host>\S+)\s+: ok=(?<ok>\d+)\s+changed=(?<changed>\d+)\s+unreachable=(?<unreachable>\d+)\s+failed=(?<failed>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Closing();
}
