namespace HetznerSimulator.Dns;

/// <summary>One value of a record set, in zone file form: TXT values are quoted.</summary>
public sealed record RrRecord(string Value, string Comment);
