namespace TenantRuntime.Following;

/// <summary>The control plane cannot tell what changed since this revision; all routes must be fetched again.</summary>
internal sealed class RevisionTooOldException(long revision)
    : Exception($"The control plane no longer keeps the changes after revision {revision}; fetch all routes again.");
