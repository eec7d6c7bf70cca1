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
    new Provision(), new ReconcileCloud(), 
    new MoveInUse("move-200mb", megabytes: 200, rounds: 5), new MoveInUse("move-far", megabytes: 200, rounds: 3, TimeSpan.FromMilliseconds(20), worst: 250),
    new MoveInUse("move-1gb", megabytes: 1000, rounds: 2), new MoveInUse("move-5gb", megabytes: 5000, rounds: 1), new DrainHundred(),
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
