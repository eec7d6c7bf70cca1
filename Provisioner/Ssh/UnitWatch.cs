using System.Text;
using System.Text.Json;

namespace Provisioner.Ssh;

/// <summary>Looks at a unit again and again, over as many connections as it takes, and hands on each line that it writes once.</summary>
internal sealed class UnitWatch(string unit, Action<string> onLine)
{
    /// <summary>The state first: what the unit wrote until then is in the journal after. An earlier unit of that name does not count.</summary>
    private const string Look =
        """
        set -eu
        systemctl show "$1" --property="$2"
        echo
        run=$(systemctl show "$1" --property=InvocationID --value)
        if [ -n "$run" ]; then
          journalctl --sync
          journalctl --quiet --no-pager --output=json --output-fields=MESSAGE ${3:+--after-cursor="$3"} _SYSTEMD_INVOCATION_ID="$run"
        fi
        """;

    private string cursor = "";

    public async Task<UnitState> LookAsync(SshConnection connection, CancellationToken ct)
    {
        var look = new RemoteCommand("sh", "-c", Look, "sh", unit, UnitState.Properties, cursor) { AsRoot = true };
        var lines = (await connection.RunAsync(look, ct)).OrThrow($"Could not look at {unit}").Output.Split('\n');
        var end = Array.IndexOf(lines, "");
        foreach (var line in lines[end..].Where(line => line.Length > 0))
        {
            using var entry = JsonDocument.Parse(line);
            onLine(Text(entry.RootElement.GetProperty("MESSAGE")));
            cursor = entry.RootElement.GetProperty("__CURSOR").GetString()!;
        }

        return UnitState.Parse(lines[..end]);
    }

    /// <summary>The journal writes what is no UTF-8 text as an array of bytes.</summary>
    private static string Text(JsonElement message) => message.ValueKind switch
    {
        JsonValueKind.String => message.GetString()!,
        JsonValueKind.Array => Encoding.UTF8.GetString([.. message.EnumerateArray().Select(b => b.GetByte())]),
        _ => "",
    };
}
