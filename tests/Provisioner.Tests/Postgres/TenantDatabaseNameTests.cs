using Provisioner.Postgres;

namespace Provisioner.Tests.Postgres;

public sealed class TenantDatabaseNameTests
{
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", "aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "77777777777777777777777774")]
    [InlineData("66006f6f-6261-7266-6f6f-6261726f6f6f", "myag633cmfzgm33pmjqxe33pn4")]
    public void Names_are_base32_of_the_id(string id, string encoded)
    {
        var name = new TenantDatabaseName(Guid.Parse(id));

        name.Database.ShouldBe("t_" + encoded);
        name.Owner.ShouldBe("o_" + encoded);
        name.Login.ShouldBe(name.Database, "pg_hba.conf lets a role only into the database of its own name");
    }

    [Fact]
    public void A_name_can_be_read_back()
    {
        for (var i = 0; i < 1000; i++)
        {
            var name = new TenantDatabaseName(Guid.CreateVersion7());

            TenantDatabaseName.TryParse(name.Database, out var read).ShouldBeTrue();
            read.ShouldBe(name);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("postgres")]
    [InlineData("o_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("t_aaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("t_aaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("t_AAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("t_aaaaaaaaaaaaaaaaaaaaaaaa1a")]
    [InlineData("t_aaaaaaaaaaaaaaaaaaaaaaaaab")]
    public void Other_names_are_not_taken_for_ours(string? database) =>
        TenantDatabaseName.TryParse(database, out _).ShouldBeFalse();
}
