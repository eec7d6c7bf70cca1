namespace Provisioner.Http;

/// <summary>What a provider said about its rate limit.</summary>
/// <param name="Limit">Requests per window.</param>
/// <param name="Remaining">Requests left now.</param>
/// <param name="UntilFull">How long until all are there again, counted by the provider's own clock.</param>
/// <param name="Gradual">Whether they come back one after the other; else all at once in the end.</param>
internal sealed record RateState(double Limit, double Remaining, TimeSpan UntilFull, bool Gradual);
