using TenantRuntime.Sessions;
using TenantRuntime.Usage;

namespace TenantRuntime.Tests.Usage;

public sealed class ForeignSessionsTests
{
    private static readonly DateTimeOffset Hour = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private readonly ForeignSessions sessions = new();
    private readonly Guid host = Guid.CreateVersion7();
    private readonly Guid claimed = Guid.CreateVersion7();

    [Fact]
    public void However_often_it_goes_on_in_an_hour_it_is_told_twice()
    {
        Note();
        sessions.Take(Hour, isLast: false).ShouldHaveSingleItem().Requests.ShouldBe(1);
        for (var i = 0; i < 1000; i++)
        {
            Note();
            sessions.Take(Hour, isLast: false).ShouldBeEmpty();
        }

        sessions.Take(Hour.AddHours(1), isLast: false).ShouldHaveSingleItem().ShouldBe(One() with { Requests = 1000 });
        sessions.Take(Hour.AddHours(1), isLast: true).ShouldBeEmpty();
    }

    [Fact]
    public void Another_tenants_session_and_another_hour_are_told_by_themselves()
    {
        Note();
        sessions.Note(One() with { Claimed = null });
        sessions.Note(One() with { Hour = Hour.AddHours(1) });

        sessions.Take(Hour.AddHours(1), isLast: false).Count.ShouldBe(3);
    }

    [Fact]
    public void At_the_end_nothing_is_left_untold()
    {
        Note();
        sessions.Take(Hour, isLast: false).Count.ShouldBe(1);
        Note();

        sessions.Take(Hour, isLast: true).ShouldHaveSingleItem().Requests.ShouldBe(1);
    }

    [Fact]
    public void A_flood_of_names_and_long_texts_takes_no_more_room_than_a_batch_may()
    {
        for (var i = 0; i < 2 * ForeignSession.MostPerBatch; i++)
        {
            sessions.Note(One() with { Claimed = Guid.CreateVersion7(), User = new string('x', 100_000) });
        }

        var told = sessions.Take(Hour, isLast: false);
        told.Count.ShouldBe(ForeignSession.MostPerBatch);
        told.ShouldAllBe(s => s.User!.Length == 200);
    }

    private void Note() => sessions.Note(One());

    private ForeignSession One() => new(host, claimed, Hour, Requests: 1, "away.example", "eve", "10.0.0.9");
}
