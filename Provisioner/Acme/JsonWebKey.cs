using System.Text.Json.Serialization;

namespace Provisioner.Acme;

/// <summary>The public half of the account key; its members stand in the order that RFC 7638 wants for the thumbprint.</summary>
internal sealed record JsonWebKey(
    [property: JsonPropertyOrder(0)] string Crv, [property: JsonPropertyOrder(1)] string Kty, [property: JsonPropertyOrder(2)] string X, [property: JsonPropertyOrder(3)] string Y);
