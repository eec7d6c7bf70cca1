using Provisioner.Moves;
using Provisioner.Postgres;

namespace Provisioner.Tests.Moves.Verification;

/// <summary>A database with rows of every kind, restored to another server, where each test changes a copy of its own.</summary>
public sealed class RowWorld : IAsyncLifetime
{
    private const string Rows =
        """"
        create table loose (a text, b int);
        insert into loose values ('x', 1), ('x', 1), ('y', null), ('', 2);
        create table parted (region text, id int, primary key (region, id)) partition by list (region);
        create table parted_eu partition of parted for values in ('eu');
        create table parted_us partition of parted for values in ('us');
        insert into parted select r, i from unnest(array['eu', 'us']) r, generate_series(1, 50) i;
        create table base (id int);
        create table derived () inherits (base);
        insert into base values (1);
        insert into derived values (2), (3);
        create table "Odd ""name""" (id int primary key, "select" text, twice int generated always as (id * 2) stored, "tab	bed" text);
        insert into "Odd ""name""" (id, "select", "tab	bed") values (1, e'line\nbreak\ttab\\', null), (2, '\N', '');
        create table of_all (id bigint primary key, at timestamptz, d date, f float8, n numeric, j jsonb, u uuid, b bytea, a text[], i interval, m money, r tstzrange, gone int);
        insert into of_all
          select i, '2026-01-01'::timestamptz + i * interval '1 hour', '2026-01-01'::date + i, 1.0 / i, i / 7.0, jsonb_build_object('i', i), md5(i::text)::uuid,
                 decode(md5(i::text), 'hex'), array['a', null, i::text], i * interval '1 minute', i::numeric::money, tstzrange(now(), null), i
          from generate_series(1, 100) i;
        alter table of_all drop column gone;
        alter table of_all enable row level security;
        create table empty_one (id int primary key);
        create table no_columns ();
        insert into no_columns default values;
        insert into contacts (name) select 'Contact ' || i from generate_series(1, 1000) i;
        insert into contacts (name) values (repeat('long ', 100000));
        create sequence down increment -1;
        select setval('invoice_number', 50), setval('down', -50);
        select lo_from_bytea(4711, 'large');
        select lo_put(lo_create(4712), 100000, 'behind a hole');
        """";

    public TwoServers Servers { get; } = new();

    /// <summary>On both servers the same.</summary>
    public TenantDatabaseName Name { get; private set; }

    public async Task InitializeAsync()
    {
        await Servers.InitializeAsync();
        Name = await Servers.PairAsync(Rows);
    }

    /// <summary>A copy of what was restored, changed by the superuser.</summary>
    public async Task<TenantDatabaseName> ChangedAsync(string sql)
    {
        var copy = new TenantDatabaseName(Guid.CreateVersion7());
        await Sql.ExecuteAsync(Servers.TargetAdmin, $"create database {copy.Database} template {Name.Database}");
        await Servers.OnTargetAsync(copy, sql);
        return copy;
    }

    /// <summary>The source against a database on the target.</summary>
    public async Task<ComparisonReport> CompareAsync(TenantDatabaseName there, Action<string>? progress = null)
    {
        await using var source = await DatabaseSnapshot.TakeAsync(Servers.Source, Name, default);
        await using var target = await DatabaseSnapshot.TakeAsync(Servers.Target, there, default);
        return await RowComparison.CompareAsync(source, target, progress, default);
    }

    public Task DisposeAsync() => Servers.DisposeAsync();
}
