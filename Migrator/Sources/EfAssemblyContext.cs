using System.Reflection;
using System.Runtime.Loader;

namespace Migrator.Sources;

/// <summary>
/// Loads an application's assembly with its own dependencies, but with this program's EF Core and Npgsql wherever this
/// program has them: a <c>DbContext</c> of another copy would be another type.
/// </summary>
internal sealed class EfAssemblyContext(string path) : AssemblyLoadContext("migrations", isCollectible: false)
{
    private readonly AssemblyDependencyResolver resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Default.Assemblies.FirstOrDefault(loaded => string.Equals(loaded.GetName().Name, assemblyName.Name, StringComparison.Ordinal)) is { } shared) return shared;
        if (IsShared(assemblyName.Name!)) return null;
        return resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;

    private static bool IsShared(string name) =>
        name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal)
        || name.StartsWith("Npgsql", StringComparison.Ordinal)
        || (name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
}
