using System.Text.Json.Serialization;

namespace Provisioner.Hetzner.Prices;

/// <summary>What backups cost: a part of their server's price.</summary>
/// <param name="Percentage">20 adds a fifth.</param>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
public sealed record BackupPrice(decimal Percentage);
