using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Tests.Cli;

public sealed class FollowingTests
{
    private const string Id = "01990000-0000-7000-8000-000000000001";

    [Fact]
    public async Task Waiting_shows_each_step_and_what_it_said_and_ends_with_the_address()
    {
        var reads = 0;
        await using var api = await ScriptedApi.StartAsync(http => http.Request.Path.Value switch
        {
            "/v1/tenants" => ScriptedApi.Json($$"""{"operation": "{{Id}}", "slug": "acme", "url": "http://acme.test"}""", 202),
            $"/v1/operations/{Id}/events" => Events(
                ("log", """{"seq": 1, "at": "2026-01-01T00:00:00Z", "step": "PlaceTenant", "line": "chose s1"}"""),
                ("operation", Shown("running", ("PlaceTenant", "done"), ("AssignDatabase", "running"))),
                ("heartbeat", "")),
            _ => ScriptedApi.Json(reads++ == 0 ? Shown("pending") : Shown("done", ("PlaceTenant", "done"), ("AssignDatabase", "done"))),
        });
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("tenants", "create", "acme", "--plan", "free", "--wait")).ShouldBe(0);
        terminal.Out.ShouldContain("Tenant onboarding of acme");
        terminal.Out.ShouldContain("Place tenant: done after 250 ms");
        terminal.Out.ShouldContain("chose s1");
        terminal.Out.ShouldContain("Assign database: running");
        terminal.Out.ShouldContain("acme is open at http://acme.test. (1.5 s)");
    }

    [Fact]
    public async Task Without_waiting_the_work_is_pending()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json($$"""{"operation": "{{Id}}", "slug": "acme", "url": "u"}""", 202));
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("tenants", "create", "acme", "--plan", "free")).ShouldBe(3);
        terminal.Out.ShouldContain($"ctl operations watch {Id}");
        (await terminal.TypeAsync("tenants", "create", "acme", "--plan", "free", "--json")).ShouldBe(3);
        ((string)JsonNode.Parse(terminal.Out)!["operation"]!).ShouldBe(Id);
    }

    [Theory]
    [InlineData("done", 0, "Done")]
    [InlineData("undone", 1, "ended as undone")]
    [InlineData("cancelled", 1, "ended as cancelled")]
    [InlineData("needs_operator", 1, "ctl operations retry")]
    public async Task How_it_ended_is_the_exit_code(string state, int code, string said)
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(Shown(state)));
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("operations", "watch", Id)).ShouldBe(code);
        terminal.Out.ShouldContain(said);
    }

    [Fact]
    public async Task A_cancelled_operation_is_what_cancel_wanted()
    {
        await using var api = await ScriptedApi.StartAsync(http =>
            http.Request.Method == "POST" ? ScriptedApi.Json($$"""{"operation": "{{Id}}"}""", 202) : ScriptedApi.Json(Shown("undone")));
        (await new Terminal(api.Address).TypeAsync("operations", "cancel", Id, "--wait")).ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_opened_again()
    {
        var streams = 0;
        await using var api = await ScriptedApi.StartAsync(http =>
        {
            if (!http.Request.Path.Value!.EndsWith("events", StringComparison.Ordinal))
            {
                return ScriptedApi.Json(streams < 3 ? Shown("running", ("PlaceTenant", "running")) : Shown("done", ("PlaceTenant", "done")));
            }

            if (++streams == 2)
            {
                http.Abort();
            }

            return Events(("operation", Shown("running", ("PlaceTenant", "running"))));
        });
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("operations", "watch", Id)).ShouldBe(0);
        streams.ShouldBe(3);
        terminal.Out.ShouldContain("The connection was lost; looking again.");
    }

    [Fact]
    public async Task Not_waiting_any_longer_leaves_it_pending()
    {
        await using var api = await ScriptedApi.StartAsync(http => http.Request.Path.Value!.EndsWith("events", StringComparison.Ordinal)
            ? Results.Stream(async body => await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => body.FlushAsync(), TaskScheduler.Default), "text/event-stream")
            : ScriptedApi.Json(Shown("running")));
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("operations", "watch", Id, "--timeout", "1")).ShouldBe(3);
        terminal.Out.ShouldContain("Still running");
    }

    [Fact]
    public async Task With_json_only_the_end_is_printed()
    {
        await using var api = await ScriptedApi.StartAsync(_ => ScriptedApi.Json(Shown("done", ("PlaceTenant", "done"))));
        var terminal = new Terminal(api.Address);
        (await terminal.TypeAsync("operations", "watch", Id, "--json")).ShouldBe(0);
        ((string)JsonNode.Parse(terminal.Out)!["operation"]!["state"]!).ShouldBe("done");
    }

    private static IResult Events(params (string Type, string Data)[] events) =>
        Results.Text(string.Concat(events.Select(e => $"event: {e.Type}\ndata: {e.Data}\n\n")), "text/event-stream");

    private static string Shown(string state, params (string Name, string State)[] steps) => new JsonObject
    {
        ["operation"] = new JsonObject
        {
            ["id"] = Id,
            ["workflow"] = "TenantOnboarding",
            ["subject"] = "acme",
            ["state"] = state,
            ["status"] = null,
            ["error"] = state is "needs_operator" ? "The disk is full. Free some." : null,
            ["createdAt"] = "2026-01-01T00:00:00Z",
            ["finishedAt"] = state is "done" or "undone" or "cancelled" ? "2026-01-01T00:00:01.5Z" : null,
        },
        ["steps"] = new JsonArray([.. steps.Select(s => new JsonObject
        {
            ["name"] = s.Name,
            ["state"] = s.State,
            ["attempt"] = 0,
            ["startedAt"] = "2026-01-01T00:00:00Z",
            ["finishedAt"] = s.State == "done" ? "2026-01-01T00:00:00.25Z" : null,
            ["error"] = null,
        })]),
        ["log"] = new JsonArray(),
    }.ToJsonString();
}
