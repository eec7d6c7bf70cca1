using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ControlPlane.Catalog;

/// <summary>Snake-case columns, enums as snake-case text, ids made here, creation times made by the database.</summary>
internal static class CatalogConventions
{
    private static readonly string[] MadeByTheDatabase = ["CreatedAt", "FirstSeen", "LastSeen"];

    public static void Apply(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            property.SetColumnName(Snake(property.Name));
            if (property.ClrType == typeof(Guid) && property.IsPrimaryKey())
            {
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }

            if (property.ClrType.IsEnum)
            {
                var converter = typeof(SnakeCaseEnum<>).MakeGenericType(property.ClrType);
                property.SetValueConverter((ValueConverter)Activator.CreateInstance(converter)!);
            }

            if (MadeByTheDatabase.Contains(property.Name, StringComparer.Ordinal))
            {
                property.SetDefaultValueSql("now()");
            }
        }
    }

    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private sealed class SnakeCaseEnum<T>() : ValueConverter<T, string>(
        value => Snake(value.ToString()),
        text => Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true))
        where T : struct, Enum;
}
