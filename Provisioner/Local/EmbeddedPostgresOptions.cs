namespace Provisioner.Local;

/// <summary>Where embedded clusters live and where their programs come from.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>Each cluster gets <c>{DataFolder}/{name}</c>, normally <c>.data/postgres/{name}</c>.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The folder that holds <c>postgres</c> and <c>initdb</c>; when set, nowhere else is looked.</summary>
    public string? BinariesFolder { get; init; }

    /// <summary>Whether root may install the distribution's <c>postgresql</c> package when no binaries are found.</summary>
    public bool MayInstall { get; init; } = true;
}
