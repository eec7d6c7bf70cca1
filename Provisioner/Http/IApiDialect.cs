using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Provisioner.Http;

/// <summary>What differs between providers: how they tell what is left of the rate limit, and how they refuse.</summary>
internal interface IApiDialect
{
    /// <summary>Null when the headers do not say.</summary>
    RateState? ReadRate(HttpResponseHeaders headers);

    /// <param name="body">Undefined when the answer is no JSON.</param>
    ApiException Refusal(ApiCall call, HttpStatusCode status, HttpResponseHeaders headers, JsonElement body);

    /// <summary>No answer, or one that cannot be read: always transient.</summary>
    /// <param name="mayHaveHappened">False when the request cannot have reached the provider.</param>
    ApiException Lost(ApiCall call, string what, bool mayHaveHappened, Exception? inner);
}
