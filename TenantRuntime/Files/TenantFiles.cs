using Microsoft.Extensions.Options;

namespace TenantRuntime;

/// <summary>Where one tenant's files are: a folder named after its id. No path leads out of it.</summary>
public sealed class TenantFiles(ITenant tenant, IOptions<TenantRuntimeOptions> options)
{
    /// <summary>The tenant's folder, made when missing.</summary>
    public string Folder
    {
        get
        {
            var root = options.Value.FilesPath ?? throw new InvalidOperationException("Files have no place. Set TenantRuntime__FilesPath to a folder that the application may write.");
            return Directory.CreateDirectory(Path.Combine(Path.GetFullPath(root), tenant.Id.ToString("n"))).FullName;
        }
    }

    /// <summary>The full path of a file of this tenant. Its folder is made when missing.</summary>
    /// <param name="relative">Such as <c>invoices/2026-01.pdf</c>.</param>
    /// <exception cref="ArgumentException">The path is absolute, leads out of the tenant's folder, or passes through a link.</exception>
    public string PathOf(string relative)
    {
        var folder = Folder;
        var full = Path.GetFullPath(relative, folder);
        if (Path.IsPathRooted(relative) || !full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || PassesLink(folder, full))
        {
            throw new ArgumentException($"'{relative}' leads out of the tenant's folder.", nameof(relative));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }

    private static bool PassesLink(string folder, string full)
    {
        for (var part = full; part.Length > folder.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
