using Npgsql;

namespace Provisioner.Postgres;

public sealed partial class PostgresServer
{
    /// <summary>Ends whoever reads from it and drops it; a missing one is fine.</summary>
    public async Task DropSlotAsync(SlotOnServer slot, CancellationToken ct)
    {
        const string end = "select count(*) from pg_replication_slots where slot_name = $1 and active and (pg_terminate_backend(active_pid) or true)";
        const string drop = "select count(pg_drop_replication_slot(slot_name)) from pg_replication_slots where slot_name = $1 and database = current_database()";
        await using var inside = await OpenAsync(slot.Database, ct);
        while (await RunAsync(end) is not 0L)
        {
            await Task.Delay(20, ct);
        }

        await RunAsync(drop);

        async Task<object?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, inside) { Parameters = { new() { Value = slot.Name } } };
            return await command.ExecuteScalarAsync(ct);
        }
    }

    /// <summary>Those of one database.</summary>
    public async Task<IReadOnlyList<SlotOnServer>> ListSlotsAsync(TenantDatabaseName name, CancellationToken ct)
    {
        await using var connection = await maintenance.OpenConnectionAsync(ct);
        return [.. (await ListSlotsAsync(connection, ct)).Where(s => s.Database == name.Database)];
    }

    private static async Task<IReadOnlyList<SlotOnServer>> ListSlotsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var slots = new List<SlotOnServer>();
        await using var command = new NpgsqlCommand("select slot_name, database from pg_replication_slots where slot_type = 'logical' and not temporary order by slot_name", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            slots.Add(new SlotOnServer(reader.GetString(0), reader.GetString(1)));
        }

        return slots;
    }
}
