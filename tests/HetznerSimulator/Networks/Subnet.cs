using System.Net;

namespace HetznerSimulator.Networks;

/// <summary>A part of a network in one network zone; servers get their private addresses from it.</summary>
public sealed record Subnet(string Type, IPNetwork Range, string NetworkZone)
{
    internal object Show() => new { Type, IpRange = Range.ToString(), NetworkZone, Gateway = At(1).ToString(), VswitchId = (long?)null };

    /// <summary>The address at this offset from the range's start.</summary>
    internal IPAddress At(int offset)
    {
        var bytes = Range.BaseAddress.GetAddressBytes();
        var value = ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) + offset;
        return new IPAddress([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
    }

    /// <summary>How many addresses it has.</summary>
    internal long Size => 1L << (32 - Range.PrefixLength);
}
