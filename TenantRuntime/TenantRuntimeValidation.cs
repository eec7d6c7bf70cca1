using System.Net;
using Microsoft.Extensions.Options;
using TenantRuntime.Hosts;

namespace TenantRuntime;

/// <summary>Names every wrong or missing setting at once, each with its remedy.</summary>
internal sealed class TenantRuntimeValidation : IValidateOptions<TenantRuntimeOptions>
{
    public ValidateOptionsResult Validate(string? name, TenantRuntimeOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(TenantRuntimeOptions options)
    {
        if (!Uri.TryCreate(options.ControlPlane, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            yield return Fault("ControlPlane", $"is '{options.ControlPlane}'", "the control plane's address, such as https://control.example.com");
        }

        foreach (var fault in KeyFaults(options))
        {
            yield return fault;
        }

        if (!HostName.IsHostName(options.BaseDomain))
        {
            yield return Fault("BaseDomain", $"is '{options.BaseDomain}'", "the domain below which tenants live, lower case and without port, such as localhost or app.example.com");
        }

        foreach (var host in options.AdminHosts.Where(h => !HostName.IsHostName(h)))
        {
            yield return Fault("AdminHosts", $"holds '{host}'", "a host name in lower case without port");
        }

        foreach (var port in options.PublicPorts.Where(p => p is < 1 or > 65535))
        {
            yield return Fault("PublicPorts", $"holds {port}", "ports from 1 to 65535");
        }

        foreach (var proxy in options.KnownProxies.Where(p => !IPNetwork.TryParse(p, out _) && !IPAddress.TryParse(p, out _)))
        {
            yield return Fault("KnownProxies", $"holds '{proxy}'", "an address or a network, such as 10.0.0.7 or 10.0.0.0/8");
        }

        if (options.SnapshotPath is { } path && string.IsNullOrEmpty(Path.GetFileName(path)))
        {
            yield return Fault("SnapshotPath", $"is '{path}'", "the path of a file, in a folder that the application may write");
        }

        foreach (var fault in ConnectionFaults(options.Connections))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> KeyFaults(TenantRuntimeOptions options)
    {
        if (options is { Key: not null, KeyFile: not null })
        {
            yield return Fault("Key", "and KeyFile are both set", "one of them");
        }
        else if (options is { Key: null, KeyFile: null })
        {
            yield return Fault("KeyFile", "is missing", "the path of a file with a runtime key; 'ctl keys create --role runtime' makes one");
        }
        else if (options.KeyFile is { } file && !File.Exists(file))
        {
            yield return Fault("KeyFile", $"names '{file}', which does not exist or may not be read", "the path of a file with a runtime key");
        }
        else if (string.IsNullOrWhiteSpace(options.ReadKey()))
        {
            yield return Fault("Key", "is empty", "a runtime key; 'ctl keys create --role runtime' makes one");
        }
    }

    private static IEnumerable<string> ConnectionFaults(ConnectionOptions options)
    {
        if (options.PerServer < 1)
        {
            yield return Fault("Connections:PerServer", $"is {options.PerServer}", "at least 1");
        }

        if (options.QueueTimeout <= TimeSpan.Zero)
        {
            yield return Fault("Connections:QueueTimeout", $"is {options.QueueTimeout}", "a time above zero, such as 00:00:05");
        }
    }

    private static string Fault(string setting, string what, string remedy) =>
        $"TenantRuntime:{setting} {what}. Set TenantRuntime__{setting.Replace(":", "__", StringComparison.Ordinal)} to {remedy}.";
}
