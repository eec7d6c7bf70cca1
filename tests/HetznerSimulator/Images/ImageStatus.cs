namespace HetznerSimulator.Images;

/// <summary>Whether servers can be made from an image.</summary>
public enum ImageStatus
{
    Available,
    Creating,
    Unavailable,
}
