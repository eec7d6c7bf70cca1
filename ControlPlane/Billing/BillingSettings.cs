using System.Text;
using ControlPlane.Start;

namespace ControlPlane.Billing;

/// <summary>Configuration section <c>Billing</c>: the secrets that a billing system signs its events with.</summary>
public sealed class BillingSettings
{
    private const int ShortestSecret = 32;

    private BillingSettings(IReadOnlyList<byte[]> secrets) => Secrets = secrets;

    /// <summary>Each of them counts, so that a new one can be handed out before the old one is taken away; none closes the endpoint.</summary>
    internal IReadOnlyList<byte[]> Secrets { get; }

    /// <summary>Reads <c>Billing__Secrets</c>, with commas between them, or <c>Billing__SecretsFile</c>, a line for each.</summary>
    /// <exception cref="SettingsException">Names every wrong one, with its remedy.</exception>
    public static BillingSettings Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        var settings = Read(configuration, faults);
        return faults.Count == 0 ? settings : throw new SettingsException(faults);
    }

    /// <param name="faults">Gets what is wrong, and never a secret.</param>
    internal static BillingSettings Read(IConfiguration configuration, List<string> faults)
    {
        var section = configuration.GetSection("Billing");
        var (given, file) = (section["Secrets"], section["SecretsFile"]);
        if (given is not null && file is not null)
        {
            faults.Add("Billing__Secrets and Billing__SecretsFile are both set. Set one of them; the file is safer, since environment variables are easily printed.");
            return new BillingSettings([]);
        }

        var name = file is null ? "Billing__Secrets" : "Billing__SecretsFile";
        var text = file is null ? given : ReadFile(file, faults);
        if (text is null)
        {
            return new BillingSettings([]);
        }

        string[] secrets = text.Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (secrets.Length == 0)
        {
            faults.Add($"{name} holds no secret. Make one with: openssl rand -hex 32; or leave the setting out.");
        }

        if (secrets.Any(s => s.Length < ShortestSecret))
        {
            faults.Add($"{name} holds a secret of fewer than {ShortestSecret} characters, which can be guessed. Make one with: openssl rand -hex 32");
        }

        return new BillingSettings([.. secrets.Select(Encoding.UTF8.GetBytes)]);
    }

    private static string? ReadFile(string file, List<string> faults)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            faults.Add($"Billing__SecretsFile names '{file}', which cannot be read: {error.Message} Correct the path.");
            return null;
        }
    }
}
