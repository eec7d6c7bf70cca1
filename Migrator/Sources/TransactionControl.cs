using Migrator.Sql;

namespace Migrator.Sources;

/// <summary>Refuses statements that would end our transaction or change who runs it.</summary>
internal static class TransactionControl
{
    public static void Refuse(IReadOnlyList<SqlStatement> statements, string file)
    {
        foreach (var statement in statements)
        {
            var why = statement.Words.FirstOrDefault() switch
            {
                "BEGIN" or "COMMIT" or "END" or "ABORT" => "The file and its history row are one transaction; leave transaction control out",
                "START" when statement.StartsWith("START", "TRANSACTION") => "The file and its history row are one transaction; leave transaction control out",
                "ROLLBACK" when !statement.Words.Contains("TO") => "The file and its history row are one transaction; leave transaction control out",
                "PREPARE" when statement.StartsWith("PREPARE", "TRANSACTION") => "The file and its history row are one transaction; leave transaction control out",
                "SET" when SetsRole(statement) => "Migrations run as the database's owner role; leave the change of role out",
                "RESET" when statement.StartsWith("RESET", "ROLE") || statement.StartsWith("RESET", "SESSION") => "Migrations run as the database's owner role; leave the change of role out",
                "COPY" when statement.Words.Contains("STDIN") => "COPY … FROM STDIN needs psql; write INSERT statements",
                _ => null,
            };
            if (why is not null)
            {
                throw new MigrationException(MigrationError.Source, $"{why}.") { File = file, Line = statement.Line, Statement = statement.Short() };
            }
        }
    }

    private static bool SetsRole(SqlStatement statement) =>
        statement.Words.Skip(1).SkipWhile(word => word is "LOCAL" or "SESSION").FirstOrDefault() is "ROLE" or "AUTHORIZATION";
}
