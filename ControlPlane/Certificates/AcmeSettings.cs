using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Start;
using Provisioner.Acme;

namespace ControlPlane.Certificates;

/// <summary>Configuration section <c>Acme</c>: who issues certificates to us.</summary>
/// <param name="Options">Null where nobody does: <c>Acme__Contact</c> is not set.</param>
public sealed record AcmeSettings(AcmeOptions? Options)
{
    /// <summary>Reads <c>Acme__Contact</c>, <c>Acme__Directory</c> (default Let's Encrypt) and <c>Acme__Root</c> (a PEM file).</summary>
    /// <exception cref="SettingsException">Names every wrong or missing one, with its remedy.</exception>
    public static AcmeSettings Read(IConfiguration configuration)
    {
        var faults = new List<string>();
        var settings = Read(configuration, faults);
        return faults.Count == 0 ? settings : throw new SettingsException(faults);
    }

    /// <param name="faults">Gets what is wrong.</param>
    internal static AcmeSettings Read(IConfiguration configuration, List<string> faults)
    {
        var section = configuration.GetSection("Acme");
        var (contact, directory, root) = (section["Contact"], section["Directory"], section["Root"]);
        if (contact is null)
        {
            if (directory is not null || root is not null)
            {
                faults.Add("Acme__Contact is missing. Name a mail address that the certificate authority may write to.");
            }

            return new AcmeSettings(Options: null);
        }

        if (!MailAddress.TryCreate(contact, out var address) || address.Address != contact)
        {
            faults.Add($"Acme__Contact is '{contact}'. Write a mail address, as admin@example.com.");
        }

        var options = new AcmeOptions { Contact = contact, RootPem = root is null ? null : ReadRoot(root, faults) };
        if (directory is null)
        {
            return new AcmeSettings(options);
        }

        if (!Uri.TryCreate(directory, UriKind.Absolute, out var place) || place.Scheme != "https")
        {
            faults.Add($"Acme__Directory is '{directory}'. Write it as https://ca.example.com/directory, or leave it out for Let's Encrypt.");
            return new AcmeSettings(options);
        }

        return new AcmeSettings(options with { Directory = place });
    }

    private static string? ReadRoot(string file, List<string> faults)
    {
        try
        {
            var pem = File.ReadAllText(file);
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(pem);
            if (roots.Count > 0)
            {
                return pem;
            }

            faults.Add($"Acme__Root names '{file}', which holds no certificate in PEM.");
        }
        catch (CryptographicException error)
        {
            faults.Add($"Acme__Root names '{file}', which is no certificate in PEM: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            faults.Add($"Acme__Root names '{file}', which cannot be read: {error.Message} Correct the path.");
        }

        return null;
    }
}
