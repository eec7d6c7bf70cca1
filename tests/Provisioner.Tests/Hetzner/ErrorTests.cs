using System.Net;
using Microsoft.Extensions.Logging;
using Provisioner.Hetzner;
using Provisioner.Hetzner.Servers;
using Provisioner.Tests.Http;

namespace Provisioner.Tests.Hetzner;

/// <summary>What people are told when Hetzner refuses, and what they are never told.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "unauthorized", "Hetzner__Token")]
    [InlineData(HttpStatusCode.Unauthorized, "token_readonly", "Read & Write")]
    [InlineData(HttpStatusCode.Forbidden, "forbidden", "may not do this")]
    [InlineData(HttpStatusCode.Forbidden, "resource_limit_exceeded", "quota")]
    [InlineData(HttpStatusCode.PreconditionFailed, "resource_unavailable", "sold out")]
    [InlineData(HttpStatusCode.Locked, "protected", "Take the protection off")]
    public async Task An_error_names_the_call_the_cause_and_the_next_step(HttpStatusCode status, string code, string nextStep)
    {
        await using var world = new Scripted(new Script(() => Script.Refusal(status, code, "because of this")));

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Servers.RebootAsync(4711, default));

        failure.Code.ShouldBe(code);
        failure.Message.ShouldContain("POST /servers/4711/actions/reboot");
        failure.Message.ShouldContain("because of this");
        failure.Message.ShouldContain(nextStep);
    }

    [Fact]
    public async Task Details_and_the_id_for_the_support_are_kept()
    {
        await using var world = new Scripted(new Script(() =>
        {
            var refusal = Script.Refusal(HttpStatusCode.UnprocessableEntity, "invalid_input", details: """{"fields":[{"name":"location","messages":["is unknown"]}]}""");
            refusal.Headers.Add("X-Correlation-Id", "abc123");
            return refusal;
        }));

        var failure = await Should.ThrowAsync<HetznerException>(() => world.Client.Servers.GetAsync(1, default));

        failure.RequestId.ShouldBe("abc123");
        failure.Details!.Value.GetProperty("fields")[0].GetProperty("name").GetString().ShouldBe("location");
    }

    [Fact]
    public async Task The_token_and_the_user_data_are_in_no_message_log_or_text()
    {
        var log = new Kept();
        await using var clock = new VirtualClock();
        var script = new Script(
            () => Script.Refusal(HttpStatusCode.Conflict, "conflict", $"Bearer {Scripted.Token}"),
            () => throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke"),
            () => Script.Refusal(HttpStatusCode.Unauthorized, "unauthorized", $"unknown token {Scripted.Token}"));
        await using var client = new HetznerClient(Scripted.Options, new Wire(clock, script), clock, log);
        var request = new ServerRequest { Name = "a", Image = "debian-12", Choices = [new("cx23", "fsn1")], UserData = "canary-user-data" };

        var failure = await Should.ThrowAsync<HetznerException>(() => client.Servers.EnsureAsync(request, new Ownership("test", Guid.Empty), default));

        log.Lines.Count.ShouldBe(2);
        foreach (var text in log.Lines.Append(failure.ToString()).Append(Scripted.Options.ToString()).Append(request.ToString()))
        {
            text.ShouldNotContain(Scripted.Token);
            text.ShouldNotContain("canary-user-data");
        }
    }

    [Fact]
    public async Task Too_much_user_data_is_refused_before_it_is_sent()
    {
        await using var world = new Scripted(new Script(() => Script.Json("{}")));
        var request = new ServerRequest { Name = "a", Image = "debian-12", Choices = [new("cx23", "fsn1")], UserData = new string('ä', 16 * 1024 + 1) };

        (await Should.ThrowAsync<ArgumentException>(() => world.Client.Servers.EnsureAsync(request, new Ownership("test", Guid.Empty), default))).Message.ShouldContain("32770");
        world.Script.All.ShouldBeEmpty();
    }

    private sealed class Kept : ILogger<HetznerClient>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception) + exception);
    }
}
