using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Migrator.Sql;

namespace Migrator.Sources;

/// <summary>Asks EF Core for the SQL of each migration of a context.</summary>
internal static class EfMigrationScripts
{
    public static IReadOnlyList<Migration> Read(DbContext db, string file)
    {
        var assembly = db.GetService<IMigrationsAssembly>();
        var history = db.GetService<IHistoryRepository>();
        var provider = db.GetService<Microsoft.EntityFrameworkCore.Storage.IDatabaseProvider>().Name;
        var relational = RelationalOptionsExtension.Extract(db.GetService<IDbContextOptions>());
        var create = SqlScript.Split(history.GetCreateIfNotExistsScript());

        var result = new List<Migration>();
        IModel? previous = null;
        foreach (var (id, type) in assembly.Migrations.OrderBy(pair => pair.Key, VersionOrder.Instance))
        {
            var migration = assembly.CreateMigration(type, provider);
            var target = Finish(db, migration.TargetModel);
            var up = Generate(db, migration.UpOperations, target, file, type.Name);
            var down = Down(db, migration, previous, file, type.Name);
            previous = target;

            result.Add(new Migration
            {
                Version = id,
                Name = id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..],
                File = $"{file}:{type.Name}",
                Checksum = Checksum(up.Statements),
                Up = up.Statements,
                Down = down,
                Transactional = up.Transactional,
                Ef = new EfHistoryRow(
                    relational.MigrationsHistoryTableSchema,
                    relational.MigrationsHistoryTableName ?? HistoryRepository.DefaultTableName,
                    create,
                    SqlScript.Split(history.GetInsertScript(new HistoryRow(id, ProductInfo.GetVersion()))),
                    SqlScript.Split(history.GetDeleteScript(id))),
            });
        }

        return result;
    }

    private static IReadOnlyList<SqlStatement>? Down(DbContext db, Microsoft.EntityFrameworkCore.Migrations.Migration migration, IModel? previous, string file, string name)
    {
        try
        {
            return Generate(db, migration.DownOperations, previous, file, name).Statements;
        }
        catch (NotSupportedException)
        {
            // EF's own way of saying that nobody wrote Down.
            return null;
        }
    }

    private static (IReadOnlyList<SqlStatement> Statements, bool Transactional) Generate(DbContext db, IReadOnlyList<MigrationOperation> operations, IModel? model, string file, string name)
    {
        var commands = db.GetService<IMigrationsSqlGenerator>().Generate(operations, model);
        var statements = commands.SelectMany(command => SqlScript.Split(command.CommandText)).ToList();
        var transactional = !commands.Any(command => command.TransactionSuppressed);
        if (!transactional && statements.Count != 1)
        {
            throw new MigrationException(MigrationError.Source, $"A migration with suppressTransaction holds exactly one statement, so that a crash cannot leave it half done; this one holds {statements.Count}. Move each into a migration of its own.") { File = $"{file}:{name}" };
        }

        return (statements, transactional);
    }

    // A model snapshot becomes usable for SQL only after the conventions that run at the end of model building.
    private static IModel Finish(DbContext db, IModel model) =>
        db.GetService<IModelRuntimeInitializer>().Initialize(model);

    private static string Checksum(IReadOnlyList<SqlStatement> statements)
    {
        var text = string.Join(";\n", statements.Select(statement => statement.Text.ReplaceLineEndings("\n")));
        return $"ef-{ProductInfo.GetVersion()}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
