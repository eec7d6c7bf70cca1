namespace Provisioner.Ssh;

/// <summary>SSH joins its arguments and gives them to the user's shell; quoted like this they arrive as they were.</summary>
internal static class ShellWords
{
    /// <exception cref="ArgumentException">A word holds a NUL, which no argument can.</exception>
    public static string Quote(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    private static string Quote(string word) =>
        word.Contains('\0')
            ? throw new ArgumentException("An argument cannot hold a NUL character.", nameof(word))
            : $"'{word.Replace("'", """'\''""", StringComparison.Ordinal)}'";
}
