using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TenantRuntime;
using TenantRuntime.Health;
using TenantRuntime.Requests;
using TenantRuntime.Routes;
using TenantRuntime.Tenancy;

namespace Benchmarks.Runtime;

/// <summary>From the request's host to the tenant, through the whole middleware; and what a tenant costs that nobody asks for.</summary>
public sealed class Resolve : IBenchmark
{
    public string Name => "resolve";

    public Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct) => InRequest.RunAsync("/contacts", context => MeasureAsync(context, ct), ct);

    private async Task<IReadOnlyList<BenchmarkLine>> MeasureAsync(HttpContext context, CancellationToken ct)
    {
        var lines = new List<BenchmarkLine>();

        // Nanoseconds are this machine's; the look-ups that they make up are those of the machine where 29 and 91 ns were measured for one.
        foreach (var (tenants, most, lookups) in new[] { (10_000, 65, 2.24), (100_000, 130, 1.43) })
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var table = new RouteTable(TimeProvider.System);
            table.Load(Snapshot(tenants));
            var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)tenants;

            var arriving = new ArrivingHosts(tenants);
            RequestDelegate handler = _ => Task.CompletedTask;
            var middleware = new TenantMiddleware(
                handler, table, Health(table), Options.Create(new TenantRuntimeOptions { BaseDomain = "localhost" }), TimeProvider.System, NullLogger<TenantMiddleware>.Instance);
            var cost = await Repeated.MeasureAsync(
                i =>
                {
                    context.Request.Host = arriving.Next(i);
                    _ = middleware.InvokeAsync(context);
                },
                ct);
            var empty = await Repeated.MeasureAsync(
                i =>
                {
                    context.Request.Host = arriving.Next(i);
                    _ = handler(context);
                },
                ct);
            var found = 0;
            var frozen = Enumerable.Range(0, tenants).ToFrozenDictionary(Slug, i => new object(), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
            var lookup = await Repeated.MeasureAsync(
                i =>
                {
                    context.Request.Host = arriving.Next(i);
                    found += frozen.ContainsKey(context.Request.Host.Value.AsSpan()[..^".localhost".Length]) ? 1 : 0;
                },
                ct);
            GC.KeepAlive(found);
            var name = string.Create(CultureInfo.InvariantCulture, $"{Name}-{tenants}");
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{name}: {cost.Nanoseconds:0.0} ns, and {empty.Nanoseconds:0.0} ns where an empty middleware stands instead"));
            lines.Add(BenchmarkLine.AtMost(name, cost.Nanoseconds - empty.Nanoseconds, most, "ns"));
            lines.Add(BenchmarkLine.AgainstLimit($"{name}-lookups", cost.Nanoseconds - empty.Nanoseconds, lookup.Nanoseconds - empty.Nanoseconds, lookups, "ns"));
            lines.Add(BenchmarkLine.AtMost($"{name}-allocated", cost.Bytes - empty.Bytes, 0, "B"));
            if (tenants == 100_000)
            {
                lines.Add(BenchmarkLine.AtMost($"{name}-memory", bytes, 1024, "B"));
            }

            GC.KeepAlive(table);
        }

        return lines;
    }

    private static HealthAnswers Health(RouteTable table) => new(table, follower: null!, [], new NoEnvironment());

    private static RouteSnapshot Snapshot(int tenants)
    {
        var server = Guid.CreateVersion7();
        return new(tenants, [.. Enumerable.Range(0, tenants).Select(i => new Route(
            Guid.CreateVersion7(), Slug(i), [], RouteState.Active, "Starter", new TenantLimits(20, 1000, RequestsPerHour: 1_000_000_000, Connections: 10),
            server, "10.0.0.1", 5432, string.Create(CultureInfo.InvariantCulture, $"t_{i:00000000000000000000000000}"), $"{Guid.CreateVersion7():N}{Guid.CreateVersion7():N}", i + 1))]);
    }

    /// <summary>
    /// Hosts of all tenants in random order, each written shortly before it is asked for: the text of a real request has just been read from
    /// its socket, and is no trip to memory.
    /// </summary>
    private sealed class ArrivingHosts
    {
        private const int Ahead = 32;
        private const int FirstDigit = 9;

        private readonly int[] order;
        private readonly string[] texts;
        private readonly HostString[] hosts;

        public ArrivingHosts(int tenants)
        {
            order = [.. Enumerable.Range(0, tenants)];
            new Random(1).Shuffle(order);
            texts = [.. Enumerable.Range(0, Ahead * 2).Select(_ => $"{Slug(0)}.localhost")];
            hosts = [.. texts.Select(t => new HostString(t))];
            for (var i = 0; i < Ahead; i++)
            {
                Write(i);
            }
        }

        public HostString Next(int i)
        {
            Write(i + Ahead);
            return hosts[i % hosts.Length];
        }

        private void Write(int i)
        {
            var text = texts[i % texts.Length];
            var digits = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(text.AsSpan(FirstDigit)), 6);
            var rest = order[i % order.Length];
            for (var at = digits.Length - 1; at >= 0; at--)
            {
                (rest, var digit) = Math.DivRem(rest, 10);
                digits[at] = (char)('0' + digit);
            }
        }
    }

    private static string Slug(int i) => string.Create(CultureInfo.InvariantCulture, $"customer-{i:000000}x");

    private sealed class NoEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";

        public string ApplicationName { get; set; } = "Benchmarks";

        public string ContentRootPath { get; set; } = "";

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
