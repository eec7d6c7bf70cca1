using System.Globalization;
using Provisioner.Dns;

namespace ControlPlane.Start;

/// <summary>Configuration section <c>Dns</c>: the zone that our own names lie in.</summary>
/// <param name="Zone"><c>example.com</c>; null where there is none.</param>
/// <param name="Settle">How long its servers need until all of them show a new record.</param>
public sealed record DnsSettings(string? Zone, TimeSpan Settle)
{
    private const int UsualSettle = 10;

    /// <summary>Reads <c>Dns__Zone</c> and <c>Dns__SettleSeconds</c> (10); who serves the zone is <see cref="MachineSettings"/>' matter.</summary>
    /// <exception cref="SettingsException">Names every wrong one, with its remedy.</exception>
    public static DnsSettings Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        var settings = Read(configuration, faults);
        return faults.Count == 0 ? settings : throw new SettingsException(faults);
    }

    /// <param name="faults">Gets what is wrong.</param>
    internal static DnsSettings Read(IConfiguration configuration, List<string> faults)
    {
        var section = configuration.GetSection("Dns");
        var zone = section["Zone"];
        if (zone is not null)
        {
            try
            {
                _ = new RecordName(zone, "@", RecordType.A);
            }
            catch (ArgumentException)
            {
                faults.Add($"Dns__Zone is '{zone}'. Write it as example.com, in lower case, without a dot at the end.");
            }
        }

        var settle = UsualSettle;
        if (section["SettleSeconds"] is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out settle) || settle > 120))
        {
            faults.Add($"Dns__SettleSeconds is '{text}'. Choose 0 to 120.");
        }

        return new DnsSettings(zone, TimeSpan.FromSeconds(settle));
    }
}
