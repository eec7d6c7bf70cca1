using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using Provisioner.Ssh;
using Support.Hosts;
using Xunit.Abstractions;

namespace Provisioner.Tests.Ansible;

/// <summary>What <c>site.yml</c> makes of a plain Debian machine, seen from outside and from inside.</summary>
[Collection(ConfiguredServerCollection.Name)]
public sealed class SiteTests(ConfiguredServer configured, ITestOutputHelper output)
{
    private static readonly string[] OnTheDatabase = ["base", "postgresql", "pgbouncer"];

    private string Address => configured.Server.Target.Address;

    [RealHostFact]
    public async Task A_first_run_on_plain_Debian_ends_well_and_a_second_changes_nothing()
    {
        output.WriteLine($"first run: {configured.FirstRunTook.TotalSeconds:0.0} s, {configured.FirstRun}\n{string.Join('\n', configured.FirstRunSaid)}");
        (configured.FirstRun.Failed, configured.FirstRun.Unreachable).ShouldBe((0, 0));

        List<string> said = [];
        var clock = Stopwatch.StartNew();
        var second = await configured.RunAsync(line => said.Add(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:00.0} {line}")));

        output.WriteLine($"second run: {clock.Elapsed.TotalSeconds:0.0} s, {second}\n{string.Join('\n', said)}");
        second.Changed.ShouldBe(0, string.Join('\n', said));
    }

    [RealHostFact]
    public void Signs_of_life_of_a_long_task_come_while_it_lasts()
    {
        var signs = configured.FirstRunSaid.Where(line => line.Contains("ASYNC POLL", StringComparison.Ordinal)).ToList();

        // They differ in nothing but the time at which they came.
        signs.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(signs.Count / 2, string.Join('\n', signs));
    }

    [RealHostFact]
    public async Task From_outside_SSH_and_web_are_open_and_nothing_else()
    {
        var clock = Stopwatch.StartNew();
        var open = await Ports.OpenAsync(Address, Enumerable.Range(1, 10_000));
        output.WriteLine($"10,000 ports: {clock.Elapsed.TotalSeconds:0.0} s");

        open.ShouldBe([22, 80, 443]);
    }

    [RealHostFact]
    public async Task The_database_is_there_for_trusted_networks_alone_over_TLS_with_the_certificate_that_the_server_made()
    {
        int[] database = [5432, 6432];
        (await Ports.OpenAsync(Address, database)).ShouldBeEmpty();
        var gateway = $"{Address[..Address.LastIndexOf('.')]}.1/32";

        (await configured.RunAsync(change: new JsonObject { ["trusted"] = new JsonArray(gateway) }, tags: OnTheDatabase)).Changed.ShouldBeGreaterThan(0);

        (await Ports.OpenAsync(Address, database)).ShouldBe(database);
        (await QueryAsync(await CertificateAsync(await configured.ShellAsync("cat /etc/postgresql/controlplane/server.crt")))).ShouldBe("TLSv1.3");
        var stranger = await CertificateAsync(TestCertificate.Create("database.test").ChainPem);
        (await Should.ThrowAsync<NpgsqlException>(() => QueryAsync(stranger))).InnerException.ShouldBeOfType<System.Security.Authentication.AuthenticationException>();
        (await Should.ThrowAsync<PostgresException>(() => QueryAsync(""))).Message.ShouldContain("no encryption");
        (await configured.RunAsync(tags: OnTheDatabase)).Changed.ShouldBeGreaterThan(0);
        (await Ports.OpenAsync(Address, database)).ShouldBeEmpty();
    }

    [RealHostFact]
    public async Task Servers_that_customers_move_to_reach_the_database_as_the_customers_roles_only()
    {
        const string Password = "of throw-away roles";
        await configured.ShellAsync($"runuser -u postgres -- psql -qc \"create role t_moving login password '{Password}'; create role m_moving login password '{Password}' in role t_moving\" && runuser -u postgres -- createdb t_moving");
        var gateway = $"{Address[..Address.LastIndexOf('.')]}.1";
        var pinned = await CertificateAsync(await configured.ShellAsync("cat /etc/postgresql/controlplane/server.crt"));

        await configured.RunAsync(change: new JsonObject { ["database_peers"] = new JsonArray(gateway) }, tags: ["base", "postgresql"]);

        (await Ports.OpenAsync(Address, [5432, 6432])).ShouldBe([5432]);
        (await QueryAsync(pinned, "t_moving", Password, "t_moving")).ShouldBe("TLSv1.3");
        (await QueryAsync(pinned, "m_moving", Password, "t_moving")).ShouldBe("TLSv1.3");
        (await Should.ThrowAsync<PostgresException>(() => QueryAsync("", "t_moving", Password, "t_moving"))).Message.ShouldContain("no encryption");
        (await Should.ThrowAsync<PostgresException>(() => QueryAsync(pinned, "t_moving", Password))).Message.ShouldContain("no pg_hba.conf entry");
        (await Should.ThrowAsync<PostgresException>(() => QueryAsync(pinned, ConfiguredServer.Admin, configured.AdminPassword))).Message.ShouldContain("no pg_hba.conf entry");
        await configured.RunAsync(tags: ["base", "postgresql"]);
        (await Ports.OpenAsync(Address, [5432])).ShouldBeEmpty();
    }

    [RealHostFact]
    public async Task SSH_takes_keys_only_and_never_root()
    {
        var settings = (await configured.ShellAsync("sshd -T")).Split('\n');

        settings.ShouldContain("passwordauthentication no");
        settings.ShouldContain("kbdinteractiveauthentication no");
        settings.ShouldContain("permitrootlogin no");
        settings.ShouldContain("allowusers keeper");
        await Should.ThrowAsync<SshRefusedException>(() => configured.Server.OpenAsync(configured.Server.Target with { User = "root" }));
    }

    [RealHostFact]
    public async Task The_landing_page_is_served_over_TLS_compressed_by_HTTP_2()
    {
        using var browser = new Browser(Address);

        using var plain = await browser.GetAsync($"http://{ConfiguredServer.Domain}/x?y=1");
        ((int)plain.StatusCode, plain.Headers.Location?.ToString()).ShouldBe((301, $"https://{ConfiguredServer.Domain}/x?y=1"));

        using var page = await browser.GetAsync($"https://{ConfiguredServer.Domain}/");
        ((int)page.StatusCode, page.Version.Major).ShouldBe((200, 2));
        page.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        page.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);
        page.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
        page.Headers.Server.ToString().ShouldBe("nginx");
        await Should.ThrowAsync<HttpRequestException>(() => browser.GetAsync("https://nobody.test/"));
    }

    [RealHostFact]
    public async Task Backups_run_at_night_and_on_demand_and_are_seen_by_the_exporter()
    {
        (await configured.ShellAsync("systemctl is-enabled backup-databases.timer; systemctl is-active backup-databases.timer")).ShouldBe("enabled\nactive\n");

        await configured.ShellAsync("systemctl start backup-databases");

        (await configured.ShellAsync("pg_restore --list $(ls /var/backups/databases/postgres.*.dump | tail -n 1)")).ShouldContain("dbname: postgres");
        (await configured.ShellAsync("curl --silent http://127.0.0.1:9100/metrics")).ShouldContain("backup_databases_last_success_seconds 1");
    }

    [RealHostFact]
    public async Task Monitoring_holds_together_and_sees_the_server_and_its_database()
    {
        await configured.ShellAsync("promtool check config /etc/prometheus/prometheus.yml");
        (await configured.ShellAsync("curl --silent http://127.0.0.1:9187/metrics")).ShouldContain("\npg_up 1");
        (await configured.ShellAsync("/usr/local/sbin/certificate-expiry && cat /var/lib/prometheus/node-exporter/certificates.prom"))
            .ShouldContain($"certificate_expires_seconds{{name=\"{ConfiguredServer.Domain}\"}} ");
        (await configured.ShellAsync("systemctl --failed --no-legend --plain")).ShouldBe("");
    }

    [RealHostFact]
    public async Task What_was_written_but_not_put_in_use_is_put_in_use_by_the_next_run()
    {
        const string Unapplied = "/var/lib/controlplane/unapplied/redis";
        await configured.ShellAsync($"install -D /dev/null {Unapplied} && echo /etc/redis/redis.conf > {Unapplied}");
        var before = await configured.ShellAsync("systemctl show --property=MainPID redis-server");

        (await configured.RunAsync(tags: ["redis"])).Changed.ShouldBe(1);

        (await configured.ShellAsync("systemctl show --property=MainPID redis-server")).ShouldNotBe(before);
        (await configured.RunAsync(tags: ["redis"])).Changed.ShouldBe(0);
    }

    [RealHostFact]
    public async Task What_does_not_hold_together_is_refused_and_nothing_has_changed()
    {
        var other = TestCertificate.Create(ConfiguredServer.Domain) with { KeyPem = TestCertificate.Create("other.test").KeyPem };
        var before = await configured.ShellAsync("sha256sum /etc/controlplane/tls/*/*");

        var thrown = await Should.ThrowAsync<ProvisioningException>(() =>
            configured.RunAsync(change: new JsonObject { ["tls_certificates"] = new JsonArray(other.ToVariable()) }, tags: ["tls"]));

        thrown.Message.ShouldContain("tls : Certificates that were made centrally");
        thrown.Message.ShouldNotContain("BEGIN");
        (await configured.ShellAsync("sha256sum /etc/controlplane/tls/*/*")).ShouldBe(before);
        (await Should.ThrowAsync<ProvisioningException>(() => configured.RunAsync(change: new JsonObject { ["trusted"] = new JsonArray("0.0.0.0/0; drop") })))
            .Message.ShouldContain("trusted");
    }

    /// <returns>The version of TLS that the session speaks.</returns>
    private async Task<string?> QueryAsync(string certificate, string user = ConfiguredServer.Admin, string? password = null, string database = "postgres")
    {
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = Address,
            Username = user,
            Password = password ?? configured.AdminPassword,
            Database = database,
            SslMode = certificate.Length > 0 ? SslMode.VerifyCA : SslMode.Disable,
            RootCertificate = certificate.Length > 0 ? certificate : null,
            Pooling = false,
        };
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("select version from pg_stat_ssl where pid = pg_backend_pid()");
        return (string?)await command.ExecuteScalarAsync(CancellationToken.None);
    }

    private static async Task<string> CertificateAsync(string pem)
    {
        var path = Path.Combine(Support.ThrowawayFolder.Path, $"{Guid.CreateVersion7()}.crt");
        await File.WriteAllTextAsync(path, pem, CancellationToken.None);
        return path;
    }
}
