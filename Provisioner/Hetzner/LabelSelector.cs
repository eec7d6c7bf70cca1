namespace Provisioner.Hetzner;

/// <summary>Which objects to list, by their labels; several conditions must all hold. Keys and values are checked, so nothing can be smuggled in.</summary>
public sealed class LabelSelector
{
    private readonly string text;

    private LabelSelector(string text) => this.text = text;

    public static LabelSelector Is(string key, string value) => new($"{LabelSyntax.CheckKey(key)}={LabelSyntax.CheckValue(value)}");

    /// <summary>Also holds for objects without the label.</summary>
    public static LabelSelector IsNot(string key, string value) => new($"{LabelSyntax.CheckKey(key)}!={LabelSyntax.CheckValue(value)}");

    public static LabelSelector Has(string key) => new(LabelSyntax.CheckKey(key));

    public static LabelSelector Lacks(string key) => new($"!{LabelSyntax.CheckKey(key)}");

    public static LabelSelector In(string key, params IReadOnlyCollection<string> values) => new($"{LabelSyntax.CheckKey(key)} in ({List(values)})");

    public static LabelSelector NotIn(string key, params IReadOnlyCollection<string> values) => new($"{LabelSyntax.CheckKey(key)} notin ({List(values)})");

    /// <summary>Everything that an installation made.</summary>
    public static LabelSelector OfInstallation(string installation) => Is(Ownership.InstallationLabel, installation);

    /// <summary>What was made for one purpose.</summary>
    public static LabelSelector Of(Ownership owner) => Is(Ownership.InstallationLabel, owner.Installation).And(Is(Ownership.PurposeLabel, owner.Purpose.ToString("D")));

    public LabelSelector And(LabelSelector other) => new($"{text},{other.text}");

    /// <summary>As Hetzner reads it: <c>k=v,k2!=v2</c>.</summary>
    public override string ToString() => text;

    private static string List(IReadOnlyCollection<string> values) =>
        values.Count > 0 ? string.Join(',', values.Select(LabelSyntax.CheckValue)) : throw new ArgumentException("An empty list selects nothing. Name at least one value.", nameof(values));
}
