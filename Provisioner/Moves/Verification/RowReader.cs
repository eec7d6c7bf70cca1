using System.Buffers;
using Npgsql;
using Provisioner.Postgres;

namespace Provisioner.Moves;

/// <summary>
/// Reads rows of a tenant's table by COPY of the table itself. A query would be planned, and PostgreSQL runs functions while it
/// plans, such as one in the expression of an index: the tenant's code, with a superuser's power. COPY of a table is not planned,
/// and of a row it calls nothing but output functions of types, which only a superuser can make.
/// </summary>
internal static class RowReader
{
    private const int SmallestBuffer = 1 << 16;

    // The table, a column or its type was changed or dropped after the snapshot.
    private static readonly string[] Changed =
        [PostgresErrorCodes.UndefinedTable, PostgresErrorCodes.UndefinedColumn, PostgresErrorCodes.InvalidSchemaName, PostgresErrorCodes.WrongObjectType];

    /// <summary>A row as COPY writes it: values with a tab between, <c>\N</c> for null, special characters escaped.</summary>
    public delegate void OnRow(ReadOnlySpan<byte> row);

    /// <summary>Reads all rows of the snapshot.</summary>
    /// <returns>False when the table was emptied, rewritten or dropped after the snapshot, so that what was read may not be all.</returns>
    public static async Task<bool> ReadAsync(DatabaseSnapshot snapshot, TableShape table, IReadOnlyList<string> columns, OnRow onRow, CancellationToken ct)
    {
        try
        {
            await CopyAsync(snapshot, table, columns, onRow, ct);

            // While we still hold its lock, so that it cannot change between.
            var node = await snapshot.Session.ReadAsync("select coalesce(pg_relation_filenode($1::oid), 0)", row => row.GetFieldValue<uint>(0), ct, (long)table.Oid);
            return node == table.FileNode;
        }
        catch (PostgresException e) when (Changed.Contains(e.SqlState, StringComparer.Ordinal))
        {
            return false;
        }
        finally
        {
            if (snapshot.Session.Connection.FullState == System.Data.ConnectionState.Open)
            {
                await snapshot.LetGoAsync(ct);
            }
        }
    }

    private static async Task CopyAsync(DatabaseSnapshot snapshot, TableShape table, IReadOnlyList<string> columns, OnRow onRow, CancellationToken ct)
    {
        var list = columns.Count == 0 ? "" : $" ({string.Join(", ", columns.Select(SqlText.Name))})";
        using var reader = (StreamReader)await snapshot.Session.Connection.BeginTextExportAsync($"copy {table.Name}{list} to stdout", ct);

        // Below the text: decoding it would take longer than all the rest.
        var stream = reader.BaseStream;
        var buffer = ArrayPool<byte>.Shared.Rent(SmallestBuffer);
        try
        {
            var filled = 0;
            while (await stream.ReadAsync(buffer.AsMemory(filled), ct) is > 0 and var read)
            {
                var rest = Split(buffer.AsSpan(0, filled + read), searched: filled, onRow);
                rest.CopyTo(buffer);
                filled = rest.Length;
                if (filled == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Hands out whole rows.</summary>
    /// <param name="searched">So far there is no end of a row.</param>
    /// <returns>The beginning of the next row.</returns>
    private static Span<byte> Split(Span<byte> bytes, int searched, OnRow onRow)
    {
        while (bytes[searched..].IndexOf((byte)'\n') is >= 0 and var found)
        {
            onRow(bytes[..(searched + found)]);
            bytes = bytes[(searched + found + 1)..];
            searched = 0;
        }

        return bytes;
    }

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
