namespace ControlPlane.Access.Secrets;

/// <summary>Files that only their owner may read.</summary>
internal static class OwnerOnlyFile
{
    /// <summary>Creates or replaces it whole: a reader sees the old content or the new.</summary>
    public static void Create(string path, string content)
    {
        var draft = $"{path}.{Guid.CreateVersion7():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(draft, options))
        {
            file.Write(content);
        }

        File.Move(draft, path, overwrite: true);
    }
}
