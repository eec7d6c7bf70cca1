using Migrator.Sql;

namespace Migrator.Tests.Sql;

public sealed class SqlScriptTests
{
    [Theory]
    [InlineData("select 1; select 2", 2)]
    [InlineData("select 1;;; -- nothing;\n", 1)]
    [InlineData("select ';'; select 'it''s;'; select e'\\';'; select \"a;b\" from t", 4)]
    [InlineData("select $$;$$; select $tag$ $$ ; $tag$; select $1", 3)]
    [InlineData("/* a; /* nested; */ b; */ select 1", 1)]
    [InlineData("create rule r as on insert to t do also (insert into a values (1); insert into b values (2)); select 1", 2)]
    [InlineData("create function f() returns int begin atomic; select case when true then 1 end; select 2; end; select f()", 2)]
    [InlineData("create function f() returns int language sql as $$ select 1; $$; begin; end;", 3)]
    [InlineData("", 0)]
    public void Semicolons_end_statements_only_outside_of_everything(string sql, int statements) =>
        SqlScript.Split(sql).Count.ShouldBe(statements);

    [Fact]
    public void A_statement_knows_its_line_and_its_first_words()
    {
        var statements = SqlScript.Split("-- first\n\nselect 1;\n/* x\n */ create /* y */ index\n  concurrently \"I\" on t (a);");
        statements[0].Line.ShouldBe(3);
        statements[1].Line.ShouldBe(5);
        statements[1].Words.Take(4).ShouldBe(["CREATE", "INDEX", "CONCURRENTLY", "\"I\""]);
        statements[1].StartsWith("CREATE", "INDEX").ShouldBeTrue();
        statements[1].Short(20).ShouldBe("create /* y */ index…");
    }

    [Theory]
    [InlineData("select 'a", 1)]
    [InlineData("\nselect $$a", 2)]
    [InlineData("select 1;\n/* a", 2)]
    [InlineData("select 1;\n\n\\connect x", 3)]
    [InlineData("create function f() returns int begin atomic select 1;", 1)]
    public void What_is_never_closed_is_refused_with_its_line(string sql, int line) =>
        Should.Throw<SqlSyntaxException>(() => SqlScript.Split(sql)).Line.ShouldBe(line);
}
