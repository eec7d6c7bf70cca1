using Provisioner.Moves;

namespace Provisioner.Tests.Moves.Preflight;

/// <summary>Expected times against measured ones.</summary>
public sealed class ExpectedTimeTests
{
    [Theory]
    [InlineData(200, 3, 8)]
    [InlineData(1126, 12, 21)]
    public void Preparation_grows_with_size(int megabytes, int atLeast, int atMost) =>
        Plan(megabytes).Preparation.ShouldBeInRange(TimeSpan.FromSeconds(atLeast), TimeSpan.FromSeconds(atMost));

    [Theory]
    [InlineData(200, 0, 0, 15, 56)]
    [InlineData(1126, 0, 0, 15, 64)]
    [InlineData(200, 20, 0, 135, 160)]
    [InlineData(200, 0, 1003, 81, 152)]
    public void Hold_grows_with_distance_and_sequences_but_not_with_size(int megabytes, int roundTrip, int sequences, int atLeast, int atMost) =>
        Plan(megabytes, roundTrip, sequences).Hold.ShouldBeInRange(TimeSpan.FromMilliseconds(atLeast), TimeSpan.FromMilliseconds(atMost));

    [Theory]
    [InlineData(8, 3, 4)]
    [InlineData(200, 5.5, 8)]
    [InlineData(1126, 18, 26)]
    public void A_dump_shuts_the_tenant_out_for_all_of_it_and_more_rather_than_less_is_said(int megabytes, double atLeast, double atMost) =>
        (Plan(megabytes) with { Mode = MoveMode.Dump }).Hold.ShouldBeInRange(TimeSpan.FromSeconds(atLeast), TimeSpan.FromSeconds(atMost));

    private static MovePlan Plan(int megabytes, int roundTrip = 0, int sequences = 0) => new(
        MoveMode.Replication,
        [],
        new MoveFacts(megabytes * 1_000_000L, megabytes * 200_000L, 10, sequences, 0, 0, TimeSpan.Zero, TimeSpan.FromMilliseconds(roundTrip), null));
}
