namespace Benchmarks;

/// <summary>One named measurement, with the limit and the peers it is compared with in the same run.</summary>
public interface IBenchmark
{
    /// <summary>What <c>./test --bench NAME</c> calls it.</summary>
    string Name { get; }

    /// <summary>Measures, and returns a line for each promise.</summary>
    Task<IReadOnlyList<BenchmarkLine>> RunAsync(CancellationToken ct);
}
