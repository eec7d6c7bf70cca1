using ControlPlane.Operations;

namespace ControlPlane.Tests.Workflows;

/// <summary>Goes wrong around the effect of a step.</summary>
/// <param name="act">The step as it is about to be run or undone.</param>
/// <param name="effect">Runs or undoes it.</param>
public delegate Task<StepResult> Mishap(StepAct act, Func<Task<StepResult>> effect);

/// <param name="Step">Name of the step.</param>
public sealed record StepAct(string Step, bool IsUndo, StepContext Context);
