using System.Text.Json;

namespace Provisioner.Acme;

/// <summary>What an authority answered to a request that it granted.</summary>
/// <param name="Location">Address of what was made, if anything was.</param>
/// <param name="RetryAfter">When to ask again, if it said so.</param>
internal sealed record AcmeAnswer(Uri Asked, string Body, Uri? Location, TimeSpan? RetryAfter)
{
    /// <exception cref="AcmeException"><see cref="AcmeErrors.NoAnswer"/>: it cannot be read.</exception>
    public T Read<T>()
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body, AcmeJson.Options) ?? throw new JsonException("The answer is empty.");
        }
        catch (JsonException e)
        {
            throw new AcmeException(AcmeErrors.NoAnswer, $"{Asked.Host} sent an answer that cannot be read ({Body.Length} characters): {e.Message} {AcmeWords.NextStep(AcmeErrors.NoAnswer)}", e) { IsTransient = true };
        }
    }
}
