namespace Support;

/// <summary>Compares the folder of last dumps with the tenants that they are of.</summary>
internal static class DumpCheck
{
    public static IEnumerable<string> Faults(CatalogPicture catalog, string folder)
    {
        foreach (var (file, slug) in catalog.Dumps.Where(d => !File.Exists(d.Key)))
        {
            yield return $"the last dump of tenant {slug} is not there: {file}";
        }

        var there = Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
        foreach (var file in there.Where(f => !catalog.Dumps.ContainsKey(f)))
        {
            yield return $"dump {Path.GetFileName(file)} belongs to no tenant";
        }
    }
}
