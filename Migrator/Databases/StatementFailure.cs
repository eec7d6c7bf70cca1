using Migrator.Sources;
using Migrator.Sql;
using Npgsql;

namespace Migrator.Databases;

/// <summary>Turns PostgreSQL's refusal of one statement into words with file and line.</summary>
internal static class StatementFailure
{
    public static MigrationException Explain(PostgresException e, Migration migration, SqlStatement? statement)
    {
        var locked = e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
        return new MigrationException(locked ? MigrationError.Locked : MigrationError.Statement, Reason(e, locked), e)
        {
            File = migration.File,
            Line = statement is null ? null : statement.Line + LinesBefore(statement.Text, e.Position),
            Statement = statement?.Short(),
            SqlState = e.SqlState,
        };
    }

    private static string Reason(PostgresException e, bool locked)
    {
        if (locked) return $"{e.MessageText}: other transactions hold a lock on what it changes. Run again when they are done";
        if (e.SqlState == PostgresErrorCodes.QueryCanceled) return $"{e.MessageText}. If it may take this long, write \"-- migrator:timeout 30m\" into the file";
        return e.Hint is null ? e.MessageText : $"{e.MessageText} ({e.Hint})";
    }

    // PostgreSQL counts characters from 1; 0 means that it names no place.
    private static int LinesBefore(string text, int position) =>
        position <= 1 ? 0 : text.AsSpan(0, Math.Min(position - 1, text.Length)).Count('\n');
}
