using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using EfMigration = Microsoft.EntityFrameworkCore.Migrations.Migration;

namespace Migrator.Sources;

/// <summary>
/// The EF Core migrations of an assembly. Their SQL is made by EF itself, with the context's own configuration, and no
/// database is needed for it.
/// </summary>
/// <param name="path">The assembly; its dependencies lie beside it.</param>
/// <param name="context">The context's class name, needed when several have migrations.</param>
public sealed class EfCoreAssembly(string path, string? context = null) : IMigrationSource
{
    // Never opened: EF only needs to know which provider writes the SQL.
    private const string NoDatabase = "Host=none.invalid;Database=none";

    public IReadOnlyList<Migration> Read()
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full)) throw Refused("There is no such file. Build the project first.");
        var assembly = AssemblyLoadContext(full);
        var types = LoadableTypes(assembly);
        var contextType = FindContext(types);
        using var db = CreateContext(contextType, types);
        return EfMigrationScripts.Read(db, Path.GetFileName(full));
    }

    private static Assembly AssemblyLoadContext(string full) =>
        Array.Find(AppDomain.CurrentDomain.GetAssemblies(), loaded => !loaded.IsDynamic && string.Equals(loaded.Location, full, StringComparison.Ordinal))
        ?? new EfAssemblyContext(full).LoadFromAssemblyPath(full);

    // A web application also has types that derive from frameworks this program does not carry; they are of no interest.
    private static List<Type> LoadableTypes(Assembly assembly)
    {
        try
        {
            return [.. assembly.GetTypes()];
        }
        catch (ReflectionTypeLoadException e)
        {
            return [.. e.Types.OfType<Type>()];
        }
    }

    private Type FindContext(List<Type> types)
    {
        var withMigrations = types
            .Where(type => typeof(EfMigration).IsAssignableFrom(type))
            .Select(type => type.GetCustomAttribute<Microsoft.EntityFrameworkCore.Infrastructure.DbContextAttribute>()?.ContextType)
            .OfType<Type>()
            .Distinct()
            .Where(type => context is null || string.Equals(type.Name, context, StringComparison.Ordinal) || string.Equals(type.FullName, context, StringComparison.Ordinal))
            .ToList();
        return withMigrations switch
        {
            [var only] => only,
            [] => throw Refused($"It holds no EF Core migrations{(context is null ? "" : $" of {context}")}: classes with [DbContext] and [Migration]."),
            _ => throw Refused($"It holds migrations of {string.Join(" and ", withMigrations.Select(type => type.Name))}. Name one of the contexts."),
        };
    }

    private DbContext CreateContext(Type type, List<Type> types)
    {
        var factoryType = typeof(IDesignTimeDbContextFactory<>).MakeGenericType(type);
        if (types.Find(t => factoryType.IsAssignableFrom(t) && !t.IsAbstract) is { } factory)
        {
            return (DbContext)factoryType.GetMethod(nameof(IDesignTimeDbContextFactory<DbContext>.CreateDbContext))!.Invoke(Activator.CreateInstance(factory), [Array.Empty<string>()])!;
        }

        var builder = (DbContextOptionsBuilder)Activator.CreateInstance(typeof(DbContextOptionsBuilder<>).MakeGenericType(type))!;
        builder.UseNpgsql(NoDatabase);
        foreach (var constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            var parameters = constructor.GetParameters();
            if (parameters.Length == 0) return (DbContext)constructor.Invoke([]);
            if (parameters[0].ParameterType.IsInstanceOfType(builder.Options) && parameters.Skip(1).All(p => p.HasDefaultValue))
            {
                return (DbContext)constructor.Invoke([builder.Options, .. parameters.Skip(1).Select(p => p.DefaultValue)]);
            }
        }

        throw Refused($"{type.Name} cannot be created: give it a constructor that takes DbContextOptions, or add an IDesignTimeDbContextFactory<{type.Name}>.");
    }

    private MigrationException Refused(string why) => new(MigrationError.Source, why) { File = path };
}
