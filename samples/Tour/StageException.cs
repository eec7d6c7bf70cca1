namespace Tour;

/// <summary>The story cannot go on; the message says why and what to do.</summary>
public sealed class StageException(string message) : Exception(message);
