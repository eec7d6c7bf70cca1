using ControlPlane.Access.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Tests.Access;

public sealed class AfterCommitTests
{
    [Fact]
    public void What_was_kept_for_a_transaction_that_is_rolled_back_is_given_back_once()
    {
        var (used, given) = (0, 0);
        var after = new AfterCommit(NullLogger<AfterCommit>.Instance);
        after.Add(() => used++, otherwise: () => given++);

        after.Dispose();
        after.Dispose();

        (used, given).ShouldBe((0, 1));
    }

    [Fact]
    public void What_was_used_is_not_given_back()
    {
        var (used, given) = (0, 0);
        var after = new AfterCommit(NullLogger<AfterCommit>.Instance);
        after.Add(() => used++, otherwise: () => given++);

        after.Run();
        after.Dispose();

        (used, given).ShouldBe((1, 0));
    }
}
