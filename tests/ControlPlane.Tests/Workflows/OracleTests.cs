using ControlPlane.Catalog;

namespace ControlPlane.Tests.Workflows;

/// <summary>Plants each kind of fault around a tenant that is served, and sees the oracle find it.</summary>
public sealed class OracleTests(WorkflowWorld world) : IClassFixture<WorkflowWorld>
{
    private const string MyTenant = "where id = '{tenant}'";
    private const string MyDatabase = "where id = '{id}'";
    private const string MyRoute = "where tenant_id = '{tenant}'";
    private const string MyOperation = "where subject_id = '{tenant}'";

    /// <summary>What the oracle must say, and the SQL that makes it true.</summary>
    public static TheoryData<string, string> InTheCatalog { get; } = new()
    {
        { "tenant {slug} is onboarding, but no operation is at work on it", $"update tenants set state = 'onboarding' {MyTenant}" },
        { "tenant {slug} is active, but its database is creating", $"update tenant_databases set state = 'creating' {MyDatabase}" },
        { "tenant {slug} is active, but its database is not there", $"update tenants set database_id = null {MyTenant}" },
        { "tenant {slug} has 2 databases: ", "insert into tenant_databases (id, server_id, tenant_id, name, state, password_secret) select gen_random_uuid(), server_id, tenant_id, 't_' || gen_random_uuid(), 'creating', '' from tenant_databases " + MyDatabase },
        { "tenant {slug} is active, but was never activated", $"update tenants set activated_at = null {MyTenant}" },
        { "tenant {slug} is deleted, but has no last dump", $"update tenants set state = 'deleted' {MyTenant}" },
        { "tenant {slug} is purged, but keeps a database", $"update tenants set state = 'purged' {MyTenant}" },
        { "tenant {slug} is purged, but keeps a last dump", $"update tenants set state = 'purged', last_dump = '/{{slug}}' {MyTenant}" },
        { "tenant {slug} is purged, but keeps the domain {slug}.example.com", $"insert into domains (name, tenant_id, state) values ('{{slug}}.example.com', '{{tenant}}', 'served'); update tenants set state = 'purged' {MyTenant}" },
        { "domain {slug}.example.net is adding, but no operation is at work on it", "insert into domains (name, tenant_id, state) values ('{slug}.example.net', '{tenant}', 'adding')" },
        { "domain {slug}.example.org is shown with a certificate that is not there", "insert into domains (name, tenant_id, state, certificate_revision) values ('{slug}.example.org', '{tenant}', 'served', 1)" },
        { "the certificate of {slug}.example.edu is proven on a machine, but nobody has that domain", "insert into certificates (id, names, challenge, revision, chain, key_secret) values (gen_random_uuid(), array['{slug}.example.edu'], 'http01', 0, '', '')" },
        { "tenant {slug} is left of an onboarding that was undone", $"update operations set state = 'undone' {MyOperation}" },
        { "database {database} is assigned, but no tenant that lives or can be restored uses it", $"update tenants set state = 'purged', database_id = null {MyTenant}" },
        { "database {database} is warm, but already belongs to tenant {slug}", $"update tenant_databases set state = 'warm' {MyDatabase}" },
        { "database {database} is left over: it is dropping", $"update tenant_databases set state = 'dropping' {MyDatabase}" },
        { "database {database} is assigned, but has no schema version", $"update tenant_databases set schema_version = null {MyDatabase}" },
        { "database {database} is dropped, but still names a tenant", $"update tenant_databases set state = 'dropped' {MyDatabase}" },
        { "database {database} is dropped, but keeps its password", $"update tenant_databases set state = 'dropped' {MyDatabase}" },
        { "tenant {slug} is active, but has no route", $"delete from routes {MyRoute}" },
        { "tenant {slug} is suspended, but has no route", $"update tenants set state = 'suspended' {MyTenant}; update routes set removed = true {MyRoute}" },
        { "tenant {slug} is suspended, but its route says active", $"update tenants set state = 'suspended' {MyTenant}" },
        { "tenant {slug} is purged, but still has a route", $"update tenants set state = 'purged' {MyTenant}" },
        { "the route of tenant {slug} leads to another server than the one of its database", $"with other as (insert into servers (id, name, region, tier, state, host, port, admin_secret, max_databases, max_connections, warm_target) values (gen_random_uuid(), '{{slug}}', 'there', 'shared', 'removed', 'h', 1, '', 1, 1, 0) returning id) update routes set server_id = other.id from other {MyRoute}" },
        { "the route of tenant {slug} is ahead of the newest revision", $"update routes set revision = revision + 1000 {MyRoute}" },
        { "TenantOnboarding of {slug} is not finished: running at step 6: stuck", $"update operations set state = 'running', finished_at = null, error = 'stuck' {MyOperation}" },
        { "TenantOnboarding of {slug} is waiting, but has ended", $"update operations set state = 'waiting' {MyOperation}" },
        { "TenantOnboarding of {slug} is done, but has not ended", $"update operations set finished_at = null {MyOperation}" },
        { "TenantOnboarding of {slug} is done, but keeps a lease", $"update operations set lease_until = now() {MyOperation}" },
        { "TenantOnboarding of {slug} is done, but its step StepUnderFault is running", "update operation_steps set state = 'running' where position = 1 and operation_id = (select id from operations " + MyOperation + ")" },
        { "TenantOnboarding of {slug} is done after 6 steps, but 5 are recorded", "delete from operation_steps where position = 1 and operation_id = (select id from operations " + MyOperation + ")" },
        { "2 operations are at work on {slug} at once", "drop index if exists operations_live; insert into operations (id, workflow, subject_id, subject, state, undoable, deadline, input, requested_by) select gen_random_uuid(), 'TenantDeletion', subject_id, subject, 'pending', false, now(), '{}', '' from operations, generate_series(1, 2) " + MyOperation },
        { "{slug} was onboarded 2 times", "insert into operations (id, workflow, subject_id, subject, state, undoable, deadline, input, requested_by, finished_at) select gen_random_uuid(), workflow, subject_id, subject, state, undoable, deadline, input, requested_by, finished_at from operations " + MyOperation },
        { "TenantOnboarding of {slug} is done, but there is no such tenant", $"update operations set subject_id = gen_random_uuid() {MyOperation}" },
        { "TenantPurge of {slug} is done, but the tenant is active", $"update operations set workflow = 'TenantPurge' {MyOperation}" },
        { "server shared-1: the assigned database {database} says that it belongs to {tenant}, the catalog says nobody", $"update tenant_databases set tenant_id = null {MyDatabase}" },
        { "server shared-1: database {database} is there for the dropped database {database} of tenant {slug}, which should not be there", $"update tenant_databases set state = 'dropped' {MyDatabase}" },
        { "server shared-1: role {owner} is there for the dropped database {database} of tenant {slug}, which should not be there", $"update tenant_databases set state = 'dropped' {MyDatabase}" },
        { "server shared-1: the login of the assigned database {database} of tenant {slug} is open, though the tenant is deleted", $"update tenants set state = 'deleted' {MyTenant}" },
        { "the last dump of tenant {slug} is not there: /{slug}", $"update tenants set last_dump = '/{{slug}}' {MyTenant}" },
    };

    /// <inheritdoc cref="InTheCatalog"/>
    public static TheoryData<string, string> OnTheServer { get; } = new()
    {
        { "the assigned database {database} of tenant {slug} is not there", "drop database {database}" },
        { "the assigned database {database} of tenant {slug} does not carry our mark, but 'mine'", "comment on database {database} is 'mine'" },
        { "the assigned database {database} of tenant {slug} lets nobody in", "alter database {database} allow_connections false" },
        { "the assigned database {database} of tenant {slug} lets nobody in", "update pg_database set datconnlimit = -2 where datname = '{database}'" },
        { "the assigned database {database} of tenant {slug} says that it belongs to nobody", "alter database {database} reset controlplane.tenant_id" },
        { "the assigned database {database} of tenant {slug} says that it belongs to somebody", "alter database {database} set controlplane.tenant_id = 'somebody'" },
        { "role {owner} of the assigned database {database} of tenant {slug} is not there", "alter role {owner} rename to \"{slug}\"" },
        { "role {slug} is there for the assigned database {database} of tenant {slug}", "alter role {owner} rename to \"{slug}\"" },
        { "role {database} of the assigned database {database} of tenant {slug} does not carry our mark", "comment on role {database} is null" },
        { "the login of the assigned database {database} of tenant {slug} is closed", "alter role {database} nologin" },
        { "the owner role of the assigned database {database} of tenant {slug} can log in", "alter role {owner} login" },
        { "database {slug} is unfinished and left over", "create database \"{slug}\" owner {owner}" },
        { "database {slug} is there for the assigned database {database} of tenant {slug}", "create database \"{slug}\"; comment on database \"{slug}\" is '{mark}{id}'" },
        { "database {slug} is ours, but the catalog does not know it", "create database \"{slug}\"; comment on database \"{slug}\" is '{mark}{tenant}'" },
        { "database {slug} is ours, but the catalog does not know it", "create database \"{slug}\"; comment on database \"{slug}\" is '{mark}template:'" },
        { "role {slug} is ours, but the catalog does not know it", "create role \"{slug}\"; comment on role \"{slug}\" is '{mark}{tenant}'" },
        { "role {slug} is ours, but the catalog does not know it", "create role \"{slug}\"; comment on role \"{slug}\" is '{mark}template:'" },
    };

    [Theory]
    [MemberData(nameof(InTheCatalog))]
    public Task A_fault_in_the_catalog_is_found(string sentence, string plant) => FindsAsync(sentence, plant, world.ExecuteAsync);

    [Theory]
    [MemberData(nameof(OnTheServer))]
    public Task A_fault_on_the_server_is_found(string sentence, string plant) => FindsAsync($"server shared-1: {sentence}", plant, async sql =>
    {
        foreach (var statement in sql.Split("; "))
        {
            await world.OnServerAsync(statement);
        }
    });

    [Fact]
    public async Task A_template_that_was_changed_is_found()
    {
        await world.OnboardAsync();
        var template = (string)(await world.OnServerAsync("select datname from pg_database where datistemplate and datname like 'tpl%'"))!;
        var mark = await world.OnServerAsync($"select shobj_description(oid, 'pg_database') from pg_database where datname = '{template}'");

        await world.OnServerAsync($"comment on database {template} is 'mine'");
        (await world.LookAsync()).ShouldContain($"server shared-1: template {template} is not there as it was built");
        await world.OnServerAsync($"comment on database {template} is '{mark}'");
    }

    [Fact]
    public async Task A_dump_of_nobody_is_found()
    {
        Directory.CreateDirectory(world.DumpsFolder);
        await File.WriteAllTextAsync(Path.Combine(world.DumpsFolder, "stray.dump"), "");

        (await world.LookAsync()).ShouldContain("dump stray.dump belongs to no tenant");
    }

    [Fact]
    public async Task A_server_that_nobody_looked_at_is_named() =>
        (await world.LookAsync(servers: [])).ShouldContain(f => f.StartsWith("server shared-1 is in the catalog"));

    private async Task FindsAsync(string sentence, string plant, Func<string, Task> run)
    {
        var tenant = await world.OnboardAsync();
        var fill = await NamesAsync(tenant);
        var wanted = fill(sentence);
        (await world.LookAsync()).ShouldNotContain(f => f.Contains(tenant.Slug + " ", StringComparison.Ordinal));

        await run(fill(plant));

        (await world.LookAsync()).ShouldContain(f => f.StartsWith(wanted, StringComparison.Ordinal));
    }

    private async Task<Func<string, string>> NamesAsync(Tenant tenant)
    {
        var database = await world.DatabaseOfAsync(tenant.Id);
        var mark = (string)(await world.OnServerAsync($"select shobj_description(oid, 'pg_database') from pg_database where datname = '{database}'"))!;
        return text => text
            .Replace("{tenant}", $"{tenant.Id}").Replace("{slug}", tenant.Slug)
            .Replace("{id}", $"{tenant.DatabaseId}").Replace("{database}", database).Replace("{owner}", "o_" + database[2..])
            .Replace("{mark}", mark[..^36]);
    }
}
