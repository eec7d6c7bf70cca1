using System.Net;
using Microsoft.AspNetCore.Http;

namespace TenantRuntime.Hosts;

/// <summary>
/// The host that a request was meant for. <c>X-Forwarded-Host</c> counts only from configured proxies, and a port only
/// when it is the one the connection came in on or a configured one.
/// </summary>
internal sealed class RequestHost(TenantRuntimeOptions options)
{
    private readonly IPNetwork[] proxies = [.. options.ProxyNetworks()];
    private readonly HashSet<int> publicPorts = [.. options.PublicPorts];

    /// <summary>The lower-case name without port; empty when the host is malformed or carries a wrong port.</summary>
    public ReadOnlySpan<char> Read(HttpContext context)
    {
        var headers = context.Request.Headers;
        var sent = headers.Host;
        var isForwarded = false;
        if (proxies.Length > 0 && IsProxy(context.Connection.RemoteIpAddress) && headers["X-Forwarded-Host"] is { Count: > 0 } forwarded)
        {
            isForwarded = true;
            sent = forwarded;
        }

        // Several hosts are one text with a comma, which no host has.
        var name = HostName.Parse(sent.ToString(), out var port);
        return port == 0 || isForwarded || IsRightPort(context, port) ? name : default;
    }

    private bool IsRightPort(HttpContext context, int port) =>

        // Without a local port there is no TCP: a test server, or a socket behind a proxy on the same machine.
        context.Connection.LocalPort is var local && (local == 0 || local == port || publicPorts.Contains(port));

    private bool IsProxy(IPAddress? peer)
    {
        if (peer is null)
        {
            return false;
        }

        var address = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        return Array.Exists(proxies, p => p.Contains(address));
    }
}
