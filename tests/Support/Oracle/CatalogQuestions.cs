namespace Support;

/// <summary>What the catalog alone can tell. Each question answers one sentence per fault, so no answer is a good one.</summary>
internal static class CatalogQuestions
{
    public static IEnumerable<string> All => [.. Tenants, .. Databases, .. Routes, .. Operations, .. Machines, .. Domains];

    private static readonly string[] Tenants =
    [
        """
        select format('tenant %s is onboarding, but no operation is at work on it', slug) from tenants t
        where state = 'onboarding' and not exists (select from operations o where o.subject_id = t.id and o.finished_at is null)
        """,
        """
        select format('tenant %s is %s, but its database is %s', t.slug, t.state, coalesce(d.state, 'not there'))
        from tenants t left join tenant_databases d on d.id = t.database_id and d.tenant_id = t.id
        where t.state in ('active', 'suspended', 'deleted') and d.state is distinct from 'assigned'
        """,
        """
        select format('tenant %s has %s databases: %s', t.slug, count(*), string_agg(d.name, ', ' order by d.name))
        from tenants t join tenant_databases d on d.tenant_id = t.id where d.state not in ('dropped', 'retained') group by t.id having count(*) > 1
        """,
        "select format('tenant %s is %s, but was never activated', slug, state) from tenants where state in ('active', 'suspended') and activated_at is null",
        "select format('tenant %s is deleted, but has no last dump', slug) from tenants where state = 'deleted' and last_dump is null",
        "select format('tenant %s is purged, but keeps a database', slug) from tenants where state = 'purged' and database_id is not null",
        "select format('tenant %s is purged, but keeps a last dump', slug) from tenants where state = 'purged' and last_dump is not null",
        "select format('tenant %s is purged, but keeps the domain %s', t.slug, d.name) from tenants t join domains d on d.tenant_id = t.id where t.state = 'purged'",
        """
        select format('tenant %s is left of an onboarding that was undone', t.slug)
        from tenants t join operations o on o.subject_id = t.id where o.workflow in ('TenantOnboarding', 'DedicatedOnboarding') and o.state = 'undone'
        """,
    ];

    private static readonly string[] Databases =
    [
        """
        select format('database %s is assigned, but no tenant that lives or can be restored uses it', d.name)
        from tenant_databases d left join tenants t on t.id = d.tenant_id and t.database_id = d.id and t.state in ('active', 'suspended', 'deleted')
        where d.state = 'assigned' and t.id is null
        """,
        "select format('database %s is warm, but already belongs to tenant %s', d.name, t.slug) from tenant_databases d join tenants t on t.id = d.tenant_id where d.state = 'warm'",
        "select format('database %s is left over: it is %s', name, state) from tenant_databases where state in ('creating', 'dropping')",
        "select format('database %s is %s, but has no schema version', name, state) from tenant_databases where state in ('warm', 'assigned') and schema_version is null",
        """
        select format('database %s is retained, but no move has its way back there', d.name) from tenant_databases d
        where d.state = 'retained' and not exists (select from moves m where m.source_id = d.id and m.state = 'soaking')
        """,
        """
        select format('move %s is %s, but no operation is at work on it', m.id, m.state) from moves m
        where m.state = 'preparing' and not exists (select from operations o where o.id = m.id and o.finished_at is null)
        """,
        "select format('move %s found that rows differ: %s', id, difference) from moves where difference is not null",
        "select format('database %s is dropped, but still names a tenant', name) from tenant_databases where state = 'dropped' and tenant_id is not null",
        "select format('database %s is dropped, but keeps its password', name) from tenant_databases where state = 'dropped' and password_secret <> ''",
    ];

    private static readonly string[] Routes =
    [
        """
        select format('tenant %s is %s, but has no route', slug, state) from tenants t
        where state in ('active', 'suspended') and not exists (select from routes r where r.tenant_id = t.id and not r.removed)
        """,
        """
        select format('tenant %s is %s, but its route says %s', t.slug, t.state, r.state) from tenants t join routes r on r.tenant_id = t.id
        where t.state in ('active', 'suspended') and not r.removed and r.state <> t.state
        """,
        """
        select format('tenant %s is %s, but still has a route', t.slug, t.state) from tenants t join routes r on r.tenant_id = t.id
        where t.state in ('onboarding', 'deleted', 'purged') and not r.removed
        """,
        """
        select format('the route of tenant %s leads to another server than the one of its database', t.slug)
        from tenants t join routes r on r.tenant_id = t.id join tenant_databases d on d.id = t.database_id
        where not r.removed and r.server_id <> d.server_id
        """,
        """
        select format('the route of tenant %s is ahead of the newest revision', t.slug)
        from routes r join tenants t on t.id = r.tenant_id, route_head h where r.revision > h.revision
        """,
    ];

    private static readonly string[] Operations =
    [
        """
        select format('%s of %s is not finished: %s at step %s%s', workflow, subject, state, step, ': ' || coalesce(error, status))
        from operations where finished_at is null
        """,
        """
        select format('%s of %s is %s, but has %s', workflow, subject, state, case when finished_at is null then 'not ended' else 'ended' end)
        from operations where (state in ('done', 'undone', 'cancelled')) <> (finished_at is not null)
        """,
        "select format('%s of %s is %s, but keeps a lease', workflow, subject, state) from operations where finished_at is not null and lease_until is not null",
        """
        select format('%s of %s is %s, but its step %s is %s', o.workflow, o.subject, o.state, s.name, s.state)
        from operations o join operation_steps s on s.operation_id = o.id
        where o.state in ('done', 'undone') and s.state <> o.state
        """,
        """
        select format('%s of %s is done after %s steps, but %s are recorded', o.workflow, o.subject, o.step, count(s.position))
        from operations o left join operation_steps s on s.operation_id = o.id
        where o.state = 'done' group by o.id having count(s.position) <> o.step
        """,
        """
        select format('%s operations are at work on %s at once', count(*), min(subject))
        from operations where finished_at is null group by subject_id having count(*) > 1
        """,
        """
        select format('%s was onboarded %s times', min(subject), count(*))
        from operations where workflow in ('TenantOnboarding', 'DedicatedOnboarding') and state = 'done' group by subject_id having count(*) > 1
        """,
        """
        select format('%s of %s is done, but there is no such tenant', workflow, subject) from operations o
        where workflow like 'Tenant%' and state = 'done' and not exists (select from tenants t where t.id = o.subject_id)
        """,
        """
        select format('TenantPurge of %s is done, but the tenant is %s', t.slug, t.state)
        from operations o join tenants t on t.id = o.subject_id where o.workflow = 'TenantPurge' and o.state = 'done' and t.state <> 'purged'
        """,
    ];

    private static readonly string[] Machines =
    [
        """
        select format('machine %s is %s, but no operation is at work on it', m.name, m.state) from machines m
        where m.state in ('ordered', 'removing')
          and not exists (select from operations o where o.subject_id in (m.id, m.tenant_id) and o.finished_at is null)
        """,
        """
        select format('machine %s is %s, but its server is %s', m.name, m.state, coalesce(s.state, 'not there'))
        from machines m left join servers s on s.id = m.id
        where (m.state = 'ready') <> coalesce(s.state <> 'removed', false)
        """,
        "select format('machine %s is for a tenant that is not there', m.name) from machines m left join tenants t on t.id = m.tenant_id where m.tenant_id is not null and t.id is null",
        "select format('tenant %s has %s machines', t.slug, count(*)) from machines m join tenants t on t.id = m.tenant_id group by t.id having count(*) > 1",
        """
        select format('machine %s is %s, but the key of its application is %s', m.name, m.state, case when k.revoked_at is null then 'in force' else 'revoked' end)
        from machines m join api_keys k on k.id = m.runtime_key_id where (m.state = 'removed') <> (k.revoked_at is not null)
        """,
        """
        select format('golden image %s is being built, but no operation is at work on it', i.id) from golden_images i
        where i.state = 'building' and not exists (select from operations o where o.subject_id = i.machine_id and o.finished_at is null)
        """,
        "select format('machine %s is ready, but shows the host key that its maker has seen', name) from machines where state = 'ready' and cloud_id is not null and host_key_secret <> ''",
    ];

    private static readonly string[] Domains =
    [
        """
        select format('domain %s is %s, but no operation is at work on it', d.name, d.state) from domains d
        where d.state <> 'served' and not exists (select from operations o where o.subject_id = d.id and o.finished_at is null)
        """,
        "select format('domain %s is shown with a certificate that is not there', d.name) from domains d where certificate_revision is not null and not exists (select from certificates c where d.name = any(c.names) and c.revision >= d.certificate_revision)",
        "select format('the certificate of %s is proven on a machine, but nobody has that domain', c.names[1]) from certificates c where c.challenge = 'http01' and not exists (select from domains d where d.name = any(c.names))",
    ];
}
