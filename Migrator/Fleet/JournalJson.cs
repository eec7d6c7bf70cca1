using System.Text.Json.Serialization;

namespace Migrator.Fleet;

/// <summary>The JSON of journal lines and of <c>--format json</c>: camelCase, states by name.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TargetResult))]
[JsonSerializable(typeof(FleetReport))]
[JsonSerializable(typeof(Lint.LintReport))]
public sealed partial class JournalJson : JsonSerializerContext;
