using System.Globalization;
using System.Net;
using Provisioner.Dns;
using Provisioner.Dns.Lookup;

namespace ControlPlane.Start;

/// <summary>Configuration section <c>Dns</c>: the zone that our own names lie in, and who is asked where other names lead.</summary>
/// <param name="Zone"><c>example.com</c>; null where there is none.</param>
/// <param name="Settle">How long its servers need until all of them show a new record.</param>
/// <param name="Resolver">Who is asked where names lead; null asks whom this machine asks.</param>
public sealed record DnsSettings(string? Zone, TimeSpan Settle, IPEndPoint? Resolver = null)
{
    private const int UsualSettle = 10;

    /// <summary>Reads <c>Dns__Zone</c>, <c>Dns__SettleSeconds</c> (10) and <c>Dns__Resolver</c>; who serves the zone is <see cref="MachineSettings"/>' matter.</summary>
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

        IPEndPoint? resolver = null;
        if (section["Resolver"] is { } server)
        {
            if (IPEndPoint.TryParse(server, out resolver))
            {
                resolver.Port = resolver.Port == 0 ? NameResolver.UsualPort : resolver.Port;
            }
            else
            {
                faults.Add($"Dns__Resolver is '{server}'. Write the address of a DNS server, as 9.9.9.9 or 127.0.0.1:5353.");
            }
        }

        return new DnsSettings(zone, TimeSpan.FromSeconds(settle), resolver);
    }
}
