namespace ControlPlane.Catalog;

/// <summary>How the names of a certificate are proven to be ours.</summary>
public enum ChallengeKind
{
    /// <summary>By a record in our zone: from here, at any time.</summary>
    Dns01,

    /// <summary>By a file on the server that the names lead to: while somebody is logged in there.</summary>
    Http01,
}
