using Npgsql;

namespace Migrator.Databases;

/// <summary>Names the database in every failure of work on it.</summary>
internal static class DatabaseFailure
{
    public static async Task<T> ExplainAsync<T>(NpgsqlConnection connection, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (MigrationException e)
        {
            throw e.In(connection.Database);
        }
        catch (NpgsqlException e) when (Unreachable.Is(e))
        {
            throw Unreachable.From(e).In(connection.Database);
        }
        catch (PostgresException e)
        {
            throw new MigrationException(MigrationError.Refused, $"{e.MessageText}. Check that the role owns the database and the schema \"migrator\"", e) { Database = connection.Database, SqlState = e.SqlState };
        }
    }
}
