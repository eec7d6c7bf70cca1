using Benchmarks;
using Benchmarks.Machines;
using Benchmarks.Migrations;
using Benchmarks.Moves;
using Benchmarks.Onboarding;
using Benchmarks.Runtime;

await using var fleet = new BenchmarkFleet();
await using var town = new Town();
var tenants = new TenantFleet(fleet);
IBenchmark[] all =
[
    new OnboardWarm(), new OnboardCold(town), new CatalogTenThousand(town),
    new Resolve(), new Limit(), new ContextCost(), new PoolCold(tenants, 100, 1.4), new PoolCold(tenants, 400, 1.6), new PoolHot(tenants), new Noisy(tenants), new RequestCost(tenants),
    new Provision(), new ReconcileCloud(), new MoveTwoHundred(),
    new MigrateThousand(fleet), new MigrateNone(fleet), new MigrateTraffic(fleet),
];
var unknown = args.Except(all.Select(benchmark => benchmark.Name), StringComparer.Ordinal).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"There is no benchmark {string.Join(", ", unknown)}. There are: {string.Join(" ", all.Select(benchmark => benchmark.Name))}.");
    return 2;
}

var reached = true;
foreach (var benchmark in all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name, StringComparer.Ordinal)))
{
    foreach (var line in await benchmark.RunAsync(CancellationToken.None))
    {
        Console.WriteLine(line);
        reached &= line.IsReached;
    }
}

return reached ? 0 : 1;
