namespace Benchmarks.Runtime;

/// <summary>
/// Two loads in turns, so that both meet the same machine. What each did first does not count, since code is compiled in it: whoever
/// came second would have that for nothing.
/// </summary>
public static class InTurns
{
    public static async Task<(LoadResult First, LoadResult Second)> RunAsync(int rounds, Func<Task<LoadResult>> first, Func<Task<LoadResult>> second)
    {
        await first();
        await second();
        var (one, other) = (await first(), await second());
        for (var round = 1; round < rounds; round++)
        {
            one = one.Plus(await first());
            other = other.Plus(await second());
        }

        return (one, other);
    }
}
