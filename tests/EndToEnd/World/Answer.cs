using System.Text.Json.Nodes;

namespace EndToEnd.World;

/// <summary>What an HTTP request was answered with.</summary>
public sealed record Answer(int Status, string Text)
{
    public JsonNode Body => JsonNode.Parse(Text)!;

    public string? Code => (string?)Body["code"];

    public Guid Operation => Guid.Parse((string)Body["operation"]!);

    /// <summary>Itself, when the status is this one.</summary>
    public Answer Expect(int status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }
}
