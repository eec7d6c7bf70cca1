using ControlPlane.Problems;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace ControlPlane.Api;

/// <summary>Turns whatever a request threw into a problem; what nobody foresaw is logged and becomes a 500 that tells nothing.</summary>
internal sealed partial class ProblemAnswers(ILogger<ProblemAnswers> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await ProblemWriter.WriteAsync(httpContext, Explain(exception, httpContext));
        return true;
    }

    private ProblemException Explain(Exception exception, HttpContext http)
    {
        switch (exception)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException bad:
                return bad.StatusCode == StatusCodes.Status400BadRequest
                    ? new(bad.StatusCode, "invalid_request", bad.Message, "Look at /openapi/v1.json for what it takes.", bad)
                    : HttpProblems.Of(bad.StatusCode);
            default:
                if (Constraints.Explain(exception) is { } refusal)
                {
                    return refusal;
                }

                LogUnforeseen(log, http.Request.Method, http.Request.Path, exception);
                return HttpProblems.Of(exception is NpgsqlException { IsTransient: true } ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    private static partial void LogUnforeseen(ILogger log, string method, string path, Exception error);
}
