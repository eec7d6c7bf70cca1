using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Problems;

namespace ControlPlane.Api;

/// <summary>Reads a JSON object from a request's body, up to 1 MiB.</summary>
internal static class RequestBody
{
    public const int MaxBytes = 1 << 20;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public static bool IsExpected(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsDelete(request.Method);

    /// <summary>An empty body is an empty object.</summary>
    /// <exception cref="ProblemException">413 or 415.</exception>
    public static async Task<JsonObject> ReadAsync(HttpContext http, List<Fault> faults)
    {
        var bytes = await ReadBytesAsync(http, MaxBytes);
        if (bytes.Length == 0)
        {
            return [];
        }

        if (!http.Request.HasJsonContentType())
        {
            throw HttpProblems.Of(StatusCodes.Status415UnsupportedMediaType);
        }

        return Parse(bytes.Span, faults);
    }

    /// <summary>An empty object where the body is none, with a fault that says so.</summary>
    public static JsonObject Parse(ReadOnlySpan<byte> bytes, List<Fault> faults)
    {
        try
        {
            if (JsonNode.Parse(bytes, documentOptions: Strict) is JsonObject body)
            {
                // Makes the lazily read members now, so that malformed names are found here.
                _ = body.Count;
                return body;
            }

            faults.Add(new("body", "must be a JSON object"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            var place = error is JsonException { LineNumber: { } line, BytePositionInLine: { } column } ? $" at line {line + 1}, byte {column + 1}" : "";
            faults.Add(new("body", $"must be well-formed JSON without duplicate members; it is not{place}"));
        }

        return [];
    }

    /// <exception cref="ProblemException">413.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext http, int most)
    {
        var whole = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (whole.Length + read > most)
            {
                throw HttpProblems.TooLarge(most);
            }

            whole.Write(chunk, 0, read);
        }

        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }
}
