namespace Provisioner.Dns;

/// <summary>The types of records that we make, named as in DNS.</summary>
public enum RecordType
{
    A,
    AAAA,
    CNAME,
    TXT,
}
