using System.Text;

namespace Migrator;

/// <summary>Every failure of this project: what failed, where, and what to do next.</summary>
public sealed class MigrationException(MigrationError code, string reason, Exception? inner = null) : Exception(reason, inner)
{
    public MigrationError Code { get; } = code;

    /// <summary>What went wrong and what to do, without the place.</summary>
    public string Reason { get; } = reason;

    /// <summary>The database it happened in, if any.</summary>
    public string? Database { get; init; }

    /// <summary>The migration's file, if any.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>The beginning of the statement that failed.</summary>
    public string? Statement { get; init; }

    /// <summary>PostgreSQL's five characters, if it was PostgreSQL that refused.</summary>
    public string? SqlState { get; init; }

    /// <summary>The highest version the database has after the failure, where that was read.</summary>
    public string? Head { get; init; }

    /// <summary>Whether the same call may succeed later without anybody changing anything.</summary>
    public bool IsTransient => Code is MigrationError.Locked or MigrationError.Busy or MigrationError.Unreachable;

    /// <summary><c>database: file:line: reason (SQLSTATE) in: statement</c>, as far as known.</summary>
    public override string Message
    {
        get
        {
            var text = new StringBuilder();
            if (Database is not null) text.Append(Database).Append(": ");
            if (File is not null) text.Append(File).Append(Line is null ? "" : $":{Line}").Append(": ");
            text.Append(Reason);
            if (SqlState is not null) text.Append(" (").Append(SqlState).Append(')');
            if (Statement is not null) text.Append(" in: ").Append(Statement);
            return text.ToString();
        }
    }

    internal MigrationException In(string database) => Database is null ? Copy(database, Head) : this;

    internal MigrationException At(string? head) => Copy(Database, head);

    private MigrationException Copy(string? database, string? head) =>
        new(Code, Reason, InnerException) { Database = database, File = File, Line = Line, Statement = Statement, SqlState = SqlState, Head = head };
}
