using ControlPlane.Operations;

namespace ControlPlane.Tenants.Moving;

/// <summary>What an operation remembers of its tenant's rest.</summary>
internal static class Rest
{
    private const string Expected = "rests for seconds";
    private const string Began = "rests since";

    /// <summary>How long it will take, as it looked before anything was done.</summary>
    public static void Expect(StepContext step, TimeSpan time) => step.Memory[Expected] = Math.Ceiling(time.TotalSeconds);

    public static DateTimeOffset BackAt(StepContext step) => Since(step) + TimeSpan.FromSeconds((double)step.Memory[Expected]!);

    /// <summary>A step that is repeated keeps the first.</summary>
    public static void Begin(StepContext step, DateTimeOffset now) => step.Memory.TryAdd(Began, now);

    public static DateTimeOffset Since(StepContext step) => (DateTimeOffset)step.Memory[Began]!;
}
