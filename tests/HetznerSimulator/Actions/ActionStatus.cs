namespace HetznerSimulator.Actions;

/// <summary>How far an action is.</summary>
public enum ActionStatus
{
    Running,
    Success,
    Error,
}
