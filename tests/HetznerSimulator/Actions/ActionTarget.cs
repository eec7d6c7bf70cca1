namespace HetznerSimulator.Actions;

/// <summary>A resource that an action concerns.</summary>
public readonly record struct ActionTarget(long Id, string Type);
