using ControlPlane.Access;
using ControlPlane.Access.Auditing;
using ControlPlane.Access.Secrets;
using ControlPlane.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Tests.Access;

/// <summary>Each test tampers with the trail as somebody can who owns the database but not the key ring.</summary>
public sealed class AuditVerificationTests(AuditVerificationTests.Trail trail) : IClassFixture<AuditVerificationTests.Trail>
{
    private readonly ApiHost host = trail.Host;

    [Fact]
    public async Task An_untouched_trail_is_whole()
    {
        var verdict = await VerifyAsync();
        verdict.ShouldBe(new AuditVerdict(true, 9, null, null));
    }

    [Theory]
    [InlineData("update audit_entries set who = 'nobody' where seq = 5", 5)]
    [InlineData("update audit_entries set at = at + interval '1 microsecond' where seq = 5", 5)]
    [InlineData("update audit_entries set detail = '{}' where seq = 5", 5)]
    [InlineData("update audit_entries set outcome = 'refused' where seq = 5", 5)]
    [InlineData("update audit_entries set tenant = null where seq = 5", 5)]
    [InlineData("update audit_entries set address = null where seq = 5", 5)]
    [InlineData("update audit_entries set subject = 'x' || subject, what = left(what, -1) where seq = 5", 5)]
    [InlineData("update audit_entries set ring_key = 'nothing' where seq = 5", 5)]
    [InlineData("delete from audit_entries where seq = 1", 1)]
    [InlineData("delete from audit_entries where seq = 5", 5)]
    [InlineData("delete from audit_entries where seq = 5; update audit_entries set seq = seq - 1 where seq > 5", 5)]
    [InlineData("update audit_entries set seq = case seq when 5 then -6 else -5 end where seq in (5, 6); update audit_entries set seq = -seq where seq < 0", 5)]
    [InlineData("delete from audit_entries where seq > 6", 7)]
    [InlineData("delete from audit_entries where seq > 6; update audit_head set seq = 6", 7)]
    [InlineData("delete from audit_entries where seq > 6; update audit_head set seq = 6, last_mac = (select mac from audit_entries where seq = 6)", 7)]
    [InlineData("delete from audit_entries; update audit_head set seq = 0, last_mac = '', ring_key = '', mac = ''", 1)]
    [InlineData("delete from audit_head", 10)]
    [InlineData("insert into audit_entries select 10, at, key_id, who, what, subject, tenant, address, outcome, detail, ring_key, mac from audit_entries where seq = 9", 10)]
    public async Task Tampering_is_found_where_it_begins(string tampering, long firstBad)
    {
        await host.Database.ExecuteAsync(tampering);
        var verdict = await VerifyAsync();
        await trail.RestoreAsync();
        verdict.Whole.ShouldBeFalse();
        verdict.FirstBad.ShouldBe(firstBad);
        verdict.Fault.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_chain_goes_on_across_a_rotation_of_keys()
    {
        await host.App.Services.GetRequiredService<KeyRing>().RotateAsync(CancellationToken.None);
        await host.PostAsync("/probe/after", new { title = "after" });
        (await VerifyAsync()).Whole.ShouldBeTrue();
        (await host.Database.ScalarAsync("select count(distinct ring_key) from audit_entries")).ShouldBe(2L);
        await trail.RestoreAsync();
    }

    [Fact]
    public async Task A_long_trail_is_read_without_keeping_it()
    {
        var audit = host.App.Services.GetRequiredService<AuditTrail>();
        var caller = new Caller();
        caller.Become(Caller.Itself("test"));
        await using var connection = await host.Database.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var i in Enumerable.Range(0, 5000))
            {
                await audit.AppendAsync(connection, new("Filler", $"fillers/{i}", null, AuditOutcome.Done, $"{{\"text\":\"{new string('x', 2000)}\"}}"), caller, CancellationToken.None);
            }

            await transaction.CommitAsync();
        }

        var most = 0L;
        await VerifyAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using (var watching = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)), null, 0, 20))
        {
            (await VerifyAsync()).ShouldBe(new AuditVerdict(true, 5009, null, null));
        }

        await trail.RestoreAsync();
        (most - before).ShouldBeLessThan(5_000_000);
    }

    private Task<AuditVerdict> VerifyAsync() => host.App.Services.GetRequiredService<AuditVerification>().RunAsync(CancellationToken.None);

    /// <summary>A trail of nine entries, put back as it was after each tampering.</summary>
    public sealed class Trail : IAsyncLifetime
    {
        public ApiHost Host { get; } = new();

        public async Task InitializeAsync()
        {
            await Host.InitializeAsync();
            foreach (var i in Enumerable.Range(0, 8))
            {
                await Host.PostAsync($"/probe/tenant-{i}", new { title = $"t{i}" });
            }

            await Host.Database.ExecuteAsync("create table kept_entries as table audit_entries; create table kept_head as table audit_head");
        }

        public Task RestoreAsync() => Host.Database.ExecuteAsync(
            "truncate audit_entries, audit_head; insert into audit_entries table kept_entries; insert into audit_head table kept_head");

        public Task DisposeAsync() => Host.DisposeAsync();
    }
}
