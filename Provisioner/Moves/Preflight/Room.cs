namespace Provisioner.Moves;

/// <summary>How much of something limited a server has left.</summary>
/// <param name="Setting">What limits it.</param>
internal sealed record Room(string Setting, int Limit, int Used)
{
    public int Free => Limit - Used;
}
