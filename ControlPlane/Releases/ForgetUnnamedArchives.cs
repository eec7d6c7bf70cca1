using ControlPlane.Operations;
using Npgsql;

namespace ControlPlane.Releases;

/// <summary>Removes archives that were uploaded and never made a release: somebody broke off between the two.</summary>
public sealed class ForgetUnnamedArchives(NpgsqlDataSource catalog) : Chore
{
    public override string Cron => "0 41 3 * * ?";

    public override async Task RunAsync(CancellationToken ct)
    {
        await using var command = catalog.CreateCommand("""
            delete from release_archives a
            where created_at < now() - interval '1 day' and not exists (select from releases r where r.sha256 = a.sha256)
            """);
        await command.ExecuteNonQueryAsync(ct);
    }
}
