namespace TenantRuntime.Connections;

/// <summary>What <see cref="SqlTokens"/> tells apart.</summary>
internal enum SqlTokenKind
{
    Word,
    QuotedName,
    Open,
    Semicolon,
    Dot,
    Other,
}
