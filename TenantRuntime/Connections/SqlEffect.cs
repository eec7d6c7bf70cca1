namespace TenantRuntime.Connections;

/// <summary>What a command's text tells about what running it does.</summary>
/// <param name="MayOutlive">It may leave something in the session.</param>
/// <param name="OnlyReads">Running it a second time makes no difference.</param>
internal readonly record struct SqlEffect(bool MayOutlive, bool OnlyReads);
