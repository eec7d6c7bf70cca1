using System.Text.RegularExpressions;

namespace Provisioner;

/// <summary>
/// By which we know our own objects in a cloud or a zone: the installation that made them, and what they were made for. What
/// does not carry both is foreign, also when another purpose of the same installation made it.
/// </summary>
public sealed partial record Ownership
{
    /// <summary>Label that holds <see cref="Installation"/>.</summary>
    public const string InstallationLabel = "controlplane-installation";

    /// <summary>Label that holds <see cref="Purpose"/>.</summary>
    public const string PurposeLabel = "controlplane-id";

    /// <param name="installation">Tells several control planes in one project apart: up to 40 lower-case letters, digits and dashes.</param>
    /// <param name="purpose">The id, in the catalog, of what the object is made for.</param>
    /// <exception cref="ArgumentException">The installation has another form.</exception>
    public Ownership(string installation, Guid purpose)
    {
        if (!InstallationName().IsMatch(installation))
        {
            throw new ArgumentException($"'{installation}' is no installation id: up to 40 lower-case letters, digits and dashes, no dash first or last.", nameof(installation));
        }

        Installation = installation;
        Purpose = purpose;
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [InstallationLabel] = installation, [PurposeLabel] = purpose.ToString("D") };
    }

    public string Installation { get; }

    public Guid Purpose { get; }

    /// <summary>What our objects carry where a provider has labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>What our objects carry where a provider has only a comment; at most 90 characters.</summary>
    public string Comment => $"controlplane:{Installation}:{Purpose:D}";

    /// <summary>Who made an object with these labels; null when it was none of us.</summary>
    public static Ownership? Read(IReadOnlyDictionary<string, string> labels) =>
        labels.TryGetValue(InstallationLabel, out var installation)
        && labels.TryGetValue(PurposeLabel, out var text)
        && InstallationName().IsMatch(installation)
        && Guid.TryParseExact(text, "D", out var purpose)
            ? new Ownership(installation, purpose)
            : null;

    /// <inheritdoc cref="Read(IReadOnlyDictionary{string, string})"/>
    public static Ownership? Read(string? comment) =>
        comment?.Split(':') is ["controlplane", var installation, var text] && InstallationName().IsMatch(installation) && Guid.TryParseExact(text, "D", out var purpose)
            ? new Ownership(installation, purpose)
            : null;

    public bool Equals(Ownership? other) => other is not null && other.Installation == Installation && other.Purpose == Purpose;

    public override int GetHashCode() => HashCode.Combine(Installation, Purpose);

    public override string ToString() => Comment;

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InstallationName();
}
