using Npgsql;

namespace Provisioner.Tests.Moves;

/// <summary>A schema that changes under a move would lose rows on their way, so it does not change.</summary>
public sealed class FrozenSchemaTests(MoveWorld world) : IClassFixture<MoveWorld>
{
    [Theory]
    [InlineData("create table more (id int)")]
    [InlineData("alter table contacts add column extra int")]
    [InlineData("drop table contacts")]
    [InlineData("create index on contacts (name)")]
    public async Task Migrations_are_refused_in_words(string change)
    {
        await using var tenant = await world.CreateAsync("create table contacts (id int primary key, name text)");
        await tenant.From.PrepareAsync(default);
        await tenant.From.FreezeAsync(default);

        var refused = await Should.ThrowAsync<PostgresException>(() => tenant.AsOwnerAsync(change));

        refused.MessageText.ShouldContain("being moved");
        refused.SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable, "a migrator comes back to it");
        await tenant.From.UnfreezeAsync(default);
        await tenant.AsOwnerAsync(change);
    }

    [Fact]
    public async Task Temporary_objects_and_refreshes_go_on()
    {
        await using var tenant = await world.CreateAsync("create table contacts (id int primary key, name text); create materialized view names as select name from contacts");
        await tenant.From.PrepareAsync(default);
        await tenant.From.FreezeAsync(default);

        await Sql.ExecuteAsync(tenant.Before, "create temporary table scratch (id int); create index on scratch (id); alter table scratch add column more int; drop table scratch; select 1 as x into temporary y");
        await tenant.AsOwnerAsync("refresh materialized view names");
    }
}
