using System.Net;

namespace Provisioner.Acme;

/// <summary>What an authority's error codes mean for whoever meets them.</summary>
internal static class AcmeWords
{
    private const string Prefix = "urn:ietf:params:acme:error:";

    /// <summary>The problem's type without what all types begin with; the code of the status where there is no problem document.</summary>
    public static string CodeOf(AcmeProblem? problem, HttpStatusCode status) =>
        problem?.Type is { } type && type.StartsWith(Prefix, StringComparison.Ordinal) ? type[Prefix.Length..]
        : status == HttpStatusCode.TooManyRequests ? AcmeErrors.RateLimited
        : status >= HttpStatusCode.InternalServerError ? AcmeErrors.ServerInternal
        : $"http_{(int)status}";

    /// <summary>Whether the same request may succeed later by itself. A name that could not be verified needs somebody to look.</summary>
    public static bool IsTransient(string code) => code is AcmeErrors.RateLimited or AcmeErrors.ServerInternal or AcmeErrors.BadNonce or AcmeErrors.NoAnswer or AcmeErrors.Late;

    public static string NextStep(string code) =>
        code switch
        {
            AcmeErrors.RateLimited => "Too much was asked of it. Wait as long as it says, then retry; do not ask for the same names again meanwhile.",
            AcmeErrors.Dns => "Look whether the name exists in DNS and its zone is delegated to the servers that answer for it, then retry.",
            AcmeErrors.Connection => "Look whether the name leads to the server and port 80 is open there, then retry.",
            AcmeErrors.Unauthorized or AcmeErrors.IncorrectResponse => "Look whether the name leads to our server or zone, and whether somebody else answers for it, then retry.",
            AcmeErrors.Caa => "A CAA record of the domain does not allow this authority. Add one that does, or remove it.",
            AcmeErrors.RejectedIdentifier => "The authority issues nothing for this name. Use another name.",
            "accountDoesNotExist" or "externalAccountRequired" or "userActionRequired" => "Look at the authority's terms for accounts, and correct Acme__Directory or Acme__Contact.",
            "invalidContact" or "unsupportedContact" => "Correct Acme__Contact: an address of yours that gets mail.",
            AcmeErrors.ServerInternal or AcmeErrors.NoAnswer => "This passes by itself; retry, and look at the authority's status page if it does not.",
            _ => "Look the code up in RFC 8555, section 6.7, then retry.",
        };
}
