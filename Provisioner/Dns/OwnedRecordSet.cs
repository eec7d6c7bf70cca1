namespace Provisioner.Dns;

/// <summary>A record set of ours, and what it was made for.</summary>
public sealed record OwnedRecordSet(RecordSet Set, Ownership Owner);
