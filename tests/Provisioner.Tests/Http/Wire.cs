namespace Provisioner.Tests.Http;

/// <summary>Lets the clock stand still while a request is answered, however long a busy machine takes; not while the server keeps silent.</summary>
/// <param name="silences">How many requests the server has decided not to answer so far; null when it answers all.</param>
internal sealed class Wire(VirtualClock clock, HttpMessageHandler inner, Func<int>? silences = null) : DelegatingHandler(inner)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private int noticed;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        clock.Work();
        var answer = AnswerAsync(request, cancellationToken);
        while (!answer.IsCompleted && !IsSilence())
        {
            await Task.WhenAny(answer, Task.Delay(Look, CancellationToken.None));
        }

        clock.Rest();
        return await answer;
    }

    private bool IsSilence()
    {
        if (silences is null || silences() <= Volatile.Read(ref noticed))
        {
            return false;
        }

        Interlocked.Increment(ref noticed);
        return true;
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        return response;
    }
}
