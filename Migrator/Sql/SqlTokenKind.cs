namespace Migrator.Sql;

internal enum SqlTokenKind
{
    Comment,
    Word,
    QuotedName,
    Literal,
    Symbol,
}
