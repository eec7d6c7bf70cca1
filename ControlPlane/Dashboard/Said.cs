using System.Globalization;
using ControlPlane.Catalog;

namespace ControlPlane.Dashboard;

/// <summary>Numbers as pages say them.</summary>
internal static class Said
{
    /// <summary>Megabytes; empty where nobody has measured.</summary>
    public static string Size(long? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1e6:0.#} MB") : "";

    public static string Price(MachinePrice? price) => price is null ? "nothing of its own" : $"{price}, without VAT";

    public static string Time(DateTimeOffset? time) => time is { } at ? string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : "";

    /// <summary>What stands in a form's field that was left empty is nothing.</summary>
    public static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
