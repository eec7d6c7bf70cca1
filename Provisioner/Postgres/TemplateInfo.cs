namespace Provisioner.Postgres;

/// <summary>A finished template on a server.</summary>
/// <param name="Fingerprint">What the migrations that built it returned.</param>
public sealed record TemplateInfo(TemplateName Name, string Fingerprint);
