namespace HetznerSimulator.Actions;

/// <summary>What a fault has in store for the actions that a call starts.</summary>
public enum ActionFate
{
    /// <summary>They succeed.</summary>
    Good,

    /// <summary>They run for ever, or until the faults are cleared; nothing is done.</summary>
    Stuck,

    /// <summary>They end in error; nothing is done.</summary>
    Failed,
}
