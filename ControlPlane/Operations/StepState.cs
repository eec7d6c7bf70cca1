namespace ControlPlane.Operations;

public enum StepState
{
    Running,
    Waiting,
    Done,
    Failed,
    Undone,
    UndoFailed,
}
