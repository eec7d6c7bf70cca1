using ControlPlane.Access;
using ControlPlane.Tests.Api;

namespace ControlPlane.Tests.Access;

/// <summary>Secrets planted wherever a request may carry one are found in nothing that somebody else reads.</summary>
public sealed class CanaryTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_planted_secret_is_found_in_no_log_error_or_table()
    {
        const string Canary = "canary-3f9a1c";
        var answers = new List<string>();
        foreach (var ends in Enum.GetValues<Probe.End>())
        {
            answers.Add((await host.PostAsync("/probe/acme", new { title = "canary", password = Canary, ends }, idempotencyKey: $"k-{ends}")).Text);
        }

        answers.Add((await host.PostAsync("/probe/acme", new { title = 7, password = Canary, number = -1 })).Text);
        answers.Add((await host.PostAsync("/probe/acme", new { title = "denied", password = Canary }, await host.KeyAsync(Role.Viewer))).Text);
        answers.Add((await host.GetAsync("/v1/plans", $"cp_{Canary}")).Text);
        foreach (var connection in new[] { $"Host=127.0.0.1;Port=1;Username=u;Password={Canary}", $"Password={Canary};no connection string" })
        {
            var refused = await host.PostAsync("/v1/servers", new { name = "canary", region = "here", adminConnection = connection });
            refused.Status.ShouldBeInRange(400, 409, refused.Text);
            answers.Add(refused.Text);
        }

        var secondKey = await host.NewKeyAsync(Role.Admin);
        await host.GetAsync("/v1/plans", secondKey);

        answers.ShouldNotContain(a => a.Contains(Canary, StringComparison.Ordinal));
        host.Log.Lines.Count.ShouldBeGreaterThan(100);
        foreach (var secret in new[] { Canary, host.AdminKey[12..], secondKey[12..], await File.ReadAllTextAsync(Directory.GetFiles(host.KeyFolder)[0]) })
        {
            host.Log.Lines.ShouldNotContain(l => l.Contains(secret.Trim(), StringComparison.Ordinal));
            foreach (var table in new[] { "audit_entries", "api_keys", "idempotency_keys", "operations", "operation_log" })
            {
                (await host.Database.ScalarAsync($"select count(*) from {table} t where t::text like '%{secret.Trim()}%'")).ShouldBe(0L, table);
            }
        }
    }
}
