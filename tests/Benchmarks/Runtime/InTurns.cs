using Benchmarks.Onboarding;

namespace Benchmarks.Runtime;

/// <summary>
/// Two loads in turns, so that both meet the same machine. What each did first does not count but for its errors, since code is
/// compiled in it: whoever came second would have that for nothing.
/// </summary>
public static class InTurns
{
    public static async Task<(LoadResult First, LoadResult Second)> RunAsync(int rounds, Func<Task<LoadResult>> first, Func<Task<LoadResult>> second)
    {
        var (one, other) = (Unmeasured(await first()), Unmeasured(await second()));
        for (var round = 0; round < rounds; round++)
        {
            one = one.Plus(await first());
            other = other.Plus(await second());
        }

        return (one, other);

        static LoadResult Unmeasured(LoadResult result) => new(0, TimeSpan.Zero, new Times(), result.Errors);
    }
}
