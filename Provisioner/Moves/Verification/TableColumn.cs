namespace Provisioner.Moves;

/// <param name="Type">As SQL has it, with its schema where it is not PostgreSQL's own.</param>
internal sealed record TableColumn(string Name, string Type, bool IsGenerated)
{
    public override string ToString() => $"{Name} {Type}{(IsGenerated ? " (generated)" : "")}";
}
