using System.Security.Cryptography;
using System.Text;
using Migrator.Sql;

namespace Migrator.Sources;

/// <summary>Puts files together to migrations: an up file with its down and verify files, checked and in order.</summary>
internal static class MigrationFiles
{
    public static IReadOnlyList<Migration> Assemble(IEnumerable<MigrationFile> files)
    {
        var groups = files
            .Select(file => (File: file, Name: MigrationFileName.Parse(file.FileName) ?? throw Refused(file, $"Its name follows none of the forms: {MigrationFileName.Accepted}.")))
            .GroupBy(x => (x.Name.Version, x.Name.Kind));
        return InOrder(groups.Select(group => Build([.. group])));
    }

    /// <summary><c>sha256:…</c> of the text, blind to line ends, headers and white space at the end.</summary>
    public static string Checksum(string text)
    {
        var normal = MigrationHeaders.Strip(text.TrimStart('\uFEFF')).ReplaceLineEndings("\n").TrimEnd();
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(normal)))}";
    }

    private static List<Migration> InOrder(IEnumerable<Migration> migrations) =>
    [
        .. migrations
            .OrderBy(m => m.Kind == MigrationKind.Repeatable)
            .ThenBy(m => m.Kind == MigrationKind.Repeatable ? "" : m.Version, VersionOrder.Instance)
            .ThenBy(m => m.Kind != MigrationKind.Baseline)
            .ThenBy(m => m.Version, StringComparer.Ordinal),
    ];

    private static Migration Build(List<(MigrationFile File, MigrationFileName Name)> parts)
    {
        var byRole = parts.ToLookup(part => part.Name.Role);
        foreach (var role in byRole)
        {
            if (role.Count() > 1)
            {
                throw new MigrationException(MigrationError.Source, $"Two files have version {parts[0].Name.Version}: {string.Join(" and ", role.Select(part => part.File.Path))}. Give one of them a new version.");
            }
        }

        if (!byRole[MigrationFileRole.Up].Any()) throw Refused(parts[0].File, "There is no up file of this version. Add it, or remove this one.");
        var (up, name) = byRole[MigrationFileRole.Up].Single();
        var headers = MigrationHeaders.Parse(up.Text, up.Path);
        var statements = Split(up);
        if (headers.Transactional)
        {
            TransactionControl.Refuse(statements, up.Path);
        }
        else if (statements.Count != 1)
        {
            throw Refused(up, $"A file with \"tx none\" holds exactly one statement, so that a crash cannot leave it half done; this one holds {statements.Count}. Give each statement a file of its own.");
        }

        return new Migration
        {
            Version = name.Version,
            Name = name.Name,
            Kind = name.Kind,
            File = up.Path,
            Checksum = Checksum(up.Text),
            Up = statements,
            Down = Optional(MigrationFileRole.Down),
            Verify = Optional(MigrationFileRole.Verify),
            Transactional = headers.Transactional,
            Phase = headers.Phase,
            Timeout = headers.Timeout,
            Allowed = headers.Allowed,
        };

        IReadOnlyList<SqlStatement>? Optional(MigrationFileRole role)
        {
            if (!byRole[role].Any()) return null;
            var file = byRole[role].Single().File;
            var split = Split(file);
            TransactionControl.Refuse(split, file.Path);
            return split;
        }
    }

    private static IReadOnlyList<SqlStatement> Split(MigrationFile file)
    {
        try
        {
            return SqlScript.Split(file.Text);
        }
        catch (SqlSyntaxException e)
        {
            throw new MigrationException(MigrationError.Source, $"{e.Message}.", e) { File = file.Path, Line = e.Line };
        }
    }

    private static MigrationException Refused(MigrationFile file, string why) => new(MigrationError.Source, why) { File = file.Path };
}
